import { sanitize } from './sanitize.ts'

/** Rows in columns; the first row holds the headings, the last column is not padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const last = (rows[0]?.length ?? 1) - 1
  const widths = (rows[0] ?? []).map((_, column) =>
    column === last ? 0 : Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  const lines = rows.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '),
  )
  // Cells may hold text from elsewhere, such as the Sid of a statement.
  return lines.map((line) => `${sanitize(line)}\n`).join('')
}

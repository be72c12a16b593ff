import { sanitize } from './sanitize.ts'

/** Rows in columns, the first row being the heads; the last column is not filled up. */
export function table(rows: readonly (readonly string[])[]): string {
  const last = (rows[0]?.length ?? 1) - 1
  const widths = (rows[0] ?? []).map((_, column) =>
    column === last ? 0 : Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  const lines = rows.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '),
  )
  // Cells may be somebody else's texts, as Sids are.
  return lines.map((line) => `${sanitize(line)}\n`).join('')
}

/** Rows in columns, as wide as they may be; pure. */
import { sanitize } from './sanitize.ts'
import { widthOf, wrap, wrapWords } from './wrap.ts'

type Row = readonly string[]

const GAP = 2
/** A column becomes no narrower; where that is not enough, each cell gets its own line. */
const NARROWEST = 12

/** Rows in columns; the first row holds the headings. `columns` is what the terminal has. */
export function table(all: readonly Row[], columns = Infinity): string {
  // Cells may hold text from elsewhere, such as the Sid of a statement.
  const rows = all.map((row) => row.map(sanitize))
  const widths = fittingWidths(rows, columns)
  const lines =
    widths === undefined ? stack(rows, columns) : rows.flatMap((row) => lay(row, widths))
  return lines.map((line) => `${line}\n`).join('')
}

function widthsOf(rows: readonly Row[], measure: (cell: string) => number): number[] {
  return (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => measure(row[column] ?? ''))),
  )
}

const longestWord = (cell: string): number => Math.max(...cell.split(' ').map(widthOf))

/** Widths for a row that fits; undefined if a column would become too narrow. Words break only if they must. */
function fittingWidths(rows: readonly Row[], columns: number): number[] | undefined {
  const natural = widthsOf(rows, widthOf)
  const narrowest = natural.map(() => NARROWEST)
  return (
    shrink(natural, widthsOf(rows, longestWord), columns) ?? shrink(natural, narrowest, columns)
  )
}

/** Takes from the widest column that is wider than its least width until the row fits; undefined if it cannot. */
function shrink(
  natural: readonly number[],
  least: readonly number[],
  columns: number,
): number[] | undefined {
  const widths = [...natural]
  const total = (): number => widths.reduce((sum, each) => sum + each + GAP, -GAP)
  while (total() > columns) {
    const wider = widths.filter((width, column) => width > (least[column] ?? 0))
    if (wider.length === 0) return undefined
    const widest = Math.max(...wider)
    const column = widths.findIndex((width, at) => width === widest && width > (least[at] ?? 0))
    widths[column] = widest - 1
  }
  return widths
}

/** The lines of a row whose cells may take several. */
function lay(row: Row, widths: readonly number[]): string[] {
  const cells = row.map((cell, column) => wrapWords(cell, widths[column] ?? Infinity))
  const height = Math.max(...cells.map((lines) => lines.length))
  return Array.from({ length: height }, (_, line) =>
    cells
      .map((lines, column) => pad(lines[line] ?? '', widths[column] ?? 0))
      .join(' '.repeat(GAP))
      .trimEnd(),
  )
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** Each cell on a line of its own behind its heading, with an empty line between rows. */
function stack([headings = [], ...rows]: readonly Row[], columns: number): string[] {
  return rows.flatMap((row, index) => [
    ...(index === 0 ? [] : ['']),
    ...row.flatMap((cell, column) => {
      const heading = headings[column] ?? ''
      return wrap(heading === '' ? cell : `${heading}: ${cell}`, columns)
    }),
  ])
}

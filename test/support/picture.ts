/** A picture of a terminal: an SVG that is light or dark as the reader's browser is. */
import type { IBufferCell, IBufferLine } from '@xterm/headless'
import { terminalWith } from './screen.ts'

/** Neighboring cells that look the same. */
interface Run {
  readonly column: number
  readonly text: string
  /** Classes of the stylesheet below. */
  readonly look: string
}

const [WIDTH, HEIGHT, MARGIN] = [8.4, 20, 16]
/** ANSI 1 to 6, and the rest. Each has a contrast of 4.5 or more with the background. */
const LIGHT = { back: '#f6f8fa', text: '#1f2328', dim: '#59636e' }
const DARK = { back: '#151b23', text: '#f0f6fc', dim: '#9198a1' }
const LIGHT_COLORS = ['#b31d28', '#116329', '#7d4e00', '#0550ae', '#8250df', '#0f6674']
const DARK_COLORS = ['#ff7b72', '#3fb950', '#d29922', '#79c0ff', '#bc8cff', '#56d4dd']

/** Of the rows that the output fills; `redact` keeps the length of each text. */
export async function pictureOf(
  output: string,
  { title, columns, redact }: { title: string; columns: number; redact: (text: string) => string },
): Promise<string> {
  const terminal = await terminalWith(output, columns, 60)
  const { active } = terminal.buffer
  const rows = Array.from({ length: active.length }, (_, row) => runsOf(active.getLine(row)))
  terminal.dispose()
  while (rows.at(-1)?.length === 0) rows.pop()
  const [width, height] = [columns * WIDTH + 2 * MARGIN, rows.length * HEIGHT + 2 * MARGIN]
  const texts = rows.flatMap((runs, row) =>
    runs.map((run) => element({ ...run, text: redact(run.text) }, row)),
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>${escape(title)}</title>
<style>
text { font: 14px ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; white-space: pre }
.bold { font-weight: bold }
${styles(LIGHT, LIGHT_COLORS)}
@media (prefers-color-scheme: dark) {
${styles(DARK, DARK_COLORS)}
}
</style>
<rect width="100%" height="100%" rx="8"/>
${texts.join('\n')}
</svg>
`
}

function styles({ back, text, dim }: typeof LIGHT, colors: readonly string[]): string {
  const ofColors = colors.map((color, index) => `.c${index + 1} { fill: ${color} }`)
  return [
    `rect { fill: ${back} }`,
    `text { fill: ${text} }`,
    `.dim { fill: ${dim} }`,
    ...ofColors,
  ].join('\n')
}

/** As wide as its cells, whatever font the reader has. */
function element({ column, text, look }: Run, row: number): string {
  const [x, y] = [MARGIN + column * WIDTH, MARGIN + (row + 0.75) * HEIGHT].map(round)
  const length = round(text.length * WIDTH)
  const classes = look === '' ? '' : ` class="${look}"`
  return `<text x="${x}" y="${y}" textLength="${length}"${classes}>${escape(text)}</text>`
}

function runsOf(line: IBufferLine | undefined): Run[] {
  const runs: Run[] = []
  for (let column = 0; column < (line?.length ?? 0); column += 1) {
    const cell = line?.getCell(column)
    const text = (cell?.getChars() ?? '').padEnd(1)
    const look = cell === undefined ? '' : lookOf(cell)
    const last = runs.at(-1)
    if (last?.look === look) runs[runs.length - 1] = { ...last, text: last.text + text }
    else runs.push({ column, text, look })
  }
  return runs.map(withoutBlanks).filter(({ text }) => text !== '')
}

function withoutBlanks({ column, text, look }: Run): Run {
  return { column: column + text.search(/\S|$/), text: text.trim(), look }
}

function lookOf(cell: IBufferCell): string {
  const color = cell.isFgPalette() ? cell.getFgColor() % 8 : 0
  const classes = {
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
    [`c${color}`]: color > 0 && color < 7,
  }
  return Object.entries(classes)
    .flatMap(([name, applies]) => (applies ? [name] : []))
    .join(' ')
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function round(value: number | undefined): number {
  return Math.round((value ?? 0) * 100) / 100
}

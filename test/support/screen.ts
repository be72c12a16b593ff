/** What a terminal shows of the bytes that a program writes to it: the sequences that questions use, no more. */
import { widthOf } from '../../src/platform/terminal/text-width.ts'

const TOKEN =
  /\u001B\[(?<parameters>[?0-9;]*)(?<final>[A-Za-z])|\u001B(?<saving>[78])|(?<control>[\r\n\b\u0007])|(?<text>[^\u001B\p{Cc}])/gu

/** The rows of a window with so many columns, without the blanks at their ends. */
export function screenOf(output: string, columns: number): string[] {
  const screen = new Screen(columns)
  let read = 0
  for (const match of output.matchAll(TOKEN)) {
    if (match.index !== read) break
    read += match[0].length
    const { parameters, final = '', saving, control, text } = match.groups ?? {}
    if (parameters !== undefined) screen.control(final, parameters)
    else if (saving !== undefined) screen.save(saving)
    else screen.write(control ?? text ?? '')
  }
  if (read !== output.length) {
    throw new Error(`unknown sequence: ${JSON.stringify(output.slice(read, read + 20))}`)
  }
  return screen.rows()
}

class Screen {
  readonly #columns: number
  readonly #cells: string[][] = [[]]
  #row = 0
  /** Equal to the number of columns after the last one was written: the next character wraps. */
  #column = 0
  #saved: readonly [row: number, column: number] = [0, 0]

  constructor(columns: number) {
    this.#columns = columns
  }

  write(character: string): void {
    if (character === '\u0007') return
    if (character === '\r') this.#column = 0
    else if (character === '\n') this.#move(this.#row + 1, this.#column)
    else if (character === '\b') this.#move(this.#row, this.#column - 1)
    else this.#type(character)
  }

  #type(character: string): void {
    const width = widthOf(character)
    if (this.#column + width > this.#columns) this.#move(this.#row + 1, 0)
    const row = this.#cells[this.#row]!
    while (row.length < this.#column) row.push(' ')
    row.splice(this.#column, width, character, ...Array.from({ length: width - 1 }, () => ''))
    this.#column += width
  }

  control(final: string, parameters: string): void {
    const count = Math.max(1, Number(parameters.replace('?', '')) || 1)
    const column = Math.min(this.#column, this.#columns - 1)
    if (final === 'A') this.#move(this.#row - count, column)
    else if (final === 'B') this.#move(this.#row + count, column)
    else if (final === 'C') this.#move(this.#row, column + count)
    else if (final === 'D') this.#move(this.#row, column - count)
    else if (final === 'G') this.#move(this.#row, count - 1)
    else if (final === 'K') this.#erase(parameters, column)
    else if (!'mhl'.includes(final)) throw new Error(`unknown sequence: ${parameters}${final}`)
  }

  #erase(parameters: string, column: number): void {
    if (parameters === '2') this.#cells[this.#row] = []
    else this.#cells[this.#row]!.splice(column)
  }

  save(which: string): void {
    if (which === '7') this.#saved = [this.#row, this.#column]
    else this.#move(...this.#saved)
  }

  #move(row: number, column: number): void {
    this.#row = Math.max(0, row)
    this.#column = Math.min(Math.max(0, column), this.#columns - 1)
    while (this.#cells.length <= this.#row) this.#cells.push([])
  }

  rows(): string[] {
    return this.#cells.map((row) => row.join('').trimEnd())
  }
}

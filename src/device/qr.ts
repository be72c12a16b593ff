/** A seed as a QR code and as text; the packages for QR codes load on first use. */
import type { Context, Terminal } from '../context.ts'
import { groupSeed } from './naming.ts'

export interface SeedDisplayOptions {
  readonly invert: boolean
  /** A file to write the QR code to as well. */
  readonly png: string | undefined
}

/** Shows a seed as a QR code and as text, and writes it nowhere but to the file in `png`. */
export async function showSeed(
  { files }: Context,
  terminal: Terminal,
  { uri, seed }: { uri: string; seed: string },
  { invert, png }: SeedDisplayOptions,
): Promise<void> {
  const { renderUnicodeCompact } = await import('uqr')
  const code = renderUnicodeCompact(uri, { invert })
  const { isNarrow, hint } = fit(code, terminal.size)
  if (!isNarrow) terminal.write(`\n${code}\n\n`)
  const how = isNarrow ? 'In your authenticator app' : 'Scan this with your authenticator app, or'
  terminal.write(`${how} type the seed:\n${groupSeed(seed)}\n\n`)
  if (hint !== undefined) terminal.write(`${hint}\n\n`)
  if (png === undefined) return
  await files.create(png, await encodePngQr(uri))
  terminal.write(
    `The QR code is in ${png} too. It contains the seed: delete it after you scan it.\n\n`,
  )
}

/** The seed and the questions below it. */
const ROWS_BELOW = 6

/** Whether the lines of a QR code would break in the window, and what to do where it is not whole. */
function fit(
  code: string,
  window: Terminal['size'],
): { readonly isNarrow: boolean; readonly hint: string | undefined } {
  const lines = code.split('\n')
  const [columns, rows] = [
    Math.max(...lines.map(({ length }) => length)),
    lines.length + ROWS_BELOW,
  ]
  const isNarrow = window.columns < columns
  if (!isNarrow && window.rows >= rows) return { isNarrow, hint: undefined }
  const needs = `The QR code needs a window of ${columns} columns and ${rows} rows, and this one has ${window.columns} and ${window.rows}.`
  const fix = isNarrow
    ? 'Press Ctrl-C, enlarge the window or make its font smaller, and start again.'
    : 'Enlarge the window or make its font smaller until all of the code is visible.'
  return { isNarrow, hint: `${needs} ${fix}` }
}

const PIXELS = 8
/** ISO/IEC 18004: a quiet zone of four modules. */
const QUIET_ZONE = 4

/** A PNG picture, black on white. */
export async function encodePngQr(text: string): Promise<Uint8Array> {
  const [{ encode: encodeQr }, { encode: encodePng }] = await Promise.all([
    import('uqr'),
    import('fast-png'),
  ])
  const { data: modules, size } = encodeQr(text, { border: QUIET_ZONE })
  const width = size * PIXELS
  const pixel = (index: number): number => {
    const [x, y] = [index % width, Math.floor(index / width)]
    return modules[Math.floor(y / PIXELS)]?.[Math.floor(x / PIXELS)] === true ? 0 : 255
  }
  const data = Uint8Array.from({ length: width * width }, (_, index) => pixel(index))
  return encodePng({ width, height: width, data, channels: 1 })
}

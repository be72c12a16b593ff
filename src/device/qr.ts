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
  terminal.write(`\n${renderUnicodeCompact(uri, { invert })}\n\n`)
  terminal.write(
    `Scan this with your authenticator app, or type the secret:\n${groupSeed(seed)}\n\n`,
  )
  if (png === undefined) return
  await files.create(png, await encodePngQr(uri))
  terminal.write(`The QR code is in ${png} too. It holds the secret: delete it once scanned.\n\n`)
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

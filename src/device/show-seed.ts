import type { Context, Terminal } from '../context.ts'
import { drawQr, encodePngQr } from './qr.ts'
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
  terminal.write(`\n${await drawQr(uri, invert)}\n\n`)
  terminal.write(
    `Scan this with your authenticator app, or type the secret:\n${groupSeed(seed)}\n\n`,
  )
  if (png === undefined) return
  await files.create(png, await encodePngQr(uri))
  terminal.write(`The QR code is in ${png} too. It holds the secret: delete it once scanned.\n\n`)
}

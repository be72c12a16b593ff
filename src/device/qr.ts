/** QR codes as text or as a picture; the packages for them load on first use. */

/** For a terminal: half blocks, light on dark unless inverted. */
export async function drawQr(text: string, invert: boolean): Promise<string> {
  const { renderUnicodeCompact } = await import('uqr')
  return renderUnicodeCompact(text, { invert })
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

/** Reads QR codes with an independent library, as the camera of a phone would. */
import jsqr from 'jsqr'

// The package is CommonJS with a default export inside.
const read = jsqr.default

/** The text of a QR code in an image; undefined if there is none. */
export function readQr(
  width: number,
  height: number,
  isLight: (x: number, y: number) => boolean,
): string | undefined {
  const data = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      data.fill(isLight(x, y) ? 255 : 0, (y * width + x) * 4, (y * width + x) * 4 + 3)
      data[(y * width + x) * 4 + 3] = 255
    }
  }
  return read(data, width, height)?.data
}

const HALVES: Readonly<Record<string, readonly [upper: boolean, lower: boolean]>> = {
  '█': [true, true],
  '▀': [true, false],
  '▄': [false, true],
  ' ': [false, false],
}
const PIXELS = 4
const MARGIN = 4

/** Reads a QR code that is drawn with half blocks. `isDark` tells the background of the terminal. */
export function readScreen(screen: string, isDark: boolean): string | undefined {
  const lines = screen.split(/\r?\n/).filter((line) => /^[█▀▄ ]{20,}$/.test(line))
  const rows = lines.flatMap((line) =>
    [0, 1].map((half) => Array.from(line, (block) => HALVES[block]?.[half] === isDark)),
  )
  const columns = rows[0]?.length ?? 0
  // The light border that a camera needs is part of the code, not of the terminal.
  const size = (count: number): number => (count + 2 * MARGIN) * PIXELS
  return readQr(size(columns), size(rows.length), (x, y) => {
    const [column, row] = [Math.floor(x / PIXELS) - MARGIN, Math.floor(y / PIXELS) - MARGIN]
    return rows[row]?.[column] ?? true
  })
}

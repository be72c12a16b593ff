/**
 * SHA-256 (FIPS 180-4) for the names of cache files, in hex. node:crypto would do the same, but takes a fifth of
 * the time in which Node starts to load, which every command with a cached session would wait for.
 */
export function sha256(text: string): string {
  const words = toBlocks(new TextEncoder().encode(text))
  let hash = INITIAL
  for (let start = 0; start < words.length; start += 16) {
    hash = compress(hash, words.slice(start, start + 16))
  }
  return hash.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}

/** Section 5.1.1: the bits, a one, zeros, and the length in bits; as big-endian words, 16 to a block. */
function toBlocks(bytes: Uint8Array): number[] {
  const words = new Array<number>(Math.ceil((bytes.length + 9) / 64) * 16).fill(0)
  for (const [index, byte] of [...bytes, 0x80].entries()) {
    words[index >> 2] = at(words, index >> 2) | (byte << (24 - 8 * (index % 4)))
  }
  words[words.length - 1] = bytes.length * 8
  return words
}

/** Section 6.2.2, for one block. */
function compress(hash: readonly number[], block: readonly number[]): number[] {
  const schedule = [...block]
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash
  for (let i = 0; i < 64; i += 1) {
    if (i >= 16) schedule.push(nextWord(schedule, i))
    const choice = (e & f) ^ (~e & g)
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const first = (h + sum1 + choice + at(CONSTANTS, i) + at(schedule, i)) | 0
    const majority = (a & b) ^ (a & c) ^ (b & c)
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    ;[a, b, c, d, e, f, g, h] = [(first + sum0 + majority) | 0, a, b, c, (d + first) | 0, e, f, g]
  }
  return [a, b, c, d, e, f, g, h].map((word, index) => (word + at(hash, index)) | 0)
}

function nextWord(schedule: readonly number[], i: number): number {
  const [x, y] = [at(schedule, i - 15), at(schedule, i - 2)]
  const sigma0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3)
  const sigma1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10)
  return (at(schedule, i - 16) + sigma0 + at(schedule, i - 7) + sigma1) | 0
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits))
}

function at(words: readonly number[], index: number): number {
  return words[index] ?? 0
}

/** Sections 4.2.2 and 5.3.3: 32 bits of the fractions of the roots of the first primes. */
const PRIMES = Array.from({ length: 312 }, (_, n) => n).filter(isPrime)
const CONSTANTS = PRIMES.map((prime) => fractionBits(Math.cbrt(prime)))
const INITIAL = PRIMES.slice(0, 8).map((prime) => fractionBits(Math.sqrt(prime)))

function isPrime(n: number): boolean {
  for (let factor = 2; factor * factor <= n; factor += 1) if (n % factor === 0) return false
  return n > 1
}

function fractionBits(root: number): number {
  return ((root % 1) * 2 ** 32) | 0
}

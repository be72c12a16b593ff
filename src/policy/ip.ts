interface Address {
  readonly value: bigint
  readonly width: 32 | 128
}

interface AddressRange {
  readonly first: bigint
  readonly last: bigint
  readonly width: 32 | 128
}

/** Whether an address lies in a CIDR range such as `192.0.2.0/24`; a bare address is its own range. */
export function isInRange(address: string, range: string): boolean {
  const [tested, within] = [parseAddress(address), parseRange(range)]
  if (tested === undefined || tested.width !== within?.width) return false
  return within.first <= tested.value && tested.value <= within.last
}

/** The first and the last address of a range, and their neighbors. */
export function addressesAround(range: string): string[] {
  const { first, last, width } = parseRange(range) ?? {}
  if (first === undefined || last === undefined || width === undefined) return []
  return [first - 1n, first, last, last + 1n]
    .filter((value) => value >= 0n && value < 1n << BigInt(width))
    .map((value) => formatAddress({ value, width }))
}

function parseRange(range: string): AddressRange | undefined {
  const [base = '', prefix] = range.split('/')
  const start = parseAddress(base)
  if (start === undefined) return undefined
  const bits = prefix === undefined ? start.width : Number(prefix || NaN)
  if (!Number.isInteger(bits) || bits < 0 || bits > start.width) return undefined
  const size = 1n << BigInt(start.width - bits)
  const first = start.value - (start.value % size)
  return { first, last: first + size - 1n, width: start.width }
}

function formatAddress({ value, width }: Address): string {
  const [base, size, count, separator] = width === 32 ? [10, 8, 4, '.'] : [16, 16, 8, ':']
  const mask = (1n << BigInt(size)) - 1n
  const parts = Array.from({ length: count }, (_, index) =>
    ((value >> BigInt(size * (count - 1 - index))) & mask).toString(base),
  )
  return parts.join(separator)
}

function parseAddress(text: string): Address | undefined {
  if (text.includes(':')) return parseParts(expandZeros(text), 8, 16, /^[\da-f]{1,4}$/i)
  return parseParts(text.split('.'), 4, 10, /^(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/)
}

function parseParts(
  parts: readonly string[],
  count: 4 | 8,
  base: 10 | 16,
  shape: RegExp,
): Address | undefined {
  if (parts.length !== count || !parts.every((part) => shape.test(part))) return undefined
  const size = base === 10 ? 8n : 16n
  const add = (sum: bigint, part: string) => (sum << size) | BigInt(parseInt(part, base))
  return { value: parts.reduce(add, 0n), width: count === 4 ? 32 : 128 }
}

/** The eight parts of an IPv6 address, with the zeros that `::` stands for. */
function expandZeros(text: string): string[] {
  const [head = '', tail, ...more] = text.split('::')
  if (tail === undefined) return head.split(':')
  if (more.length > 0) return []
  const [left, right] = [head, tail].map((side) => (side === '' ? [] : side.split(':')))
  const zeros = 8 - (left?.length ?? 0) - (right?.length ?? 0)
  return zeros < 1 ? [] : [...(left ?? []), ...Array<string>(zeros).fill('0'), ...(right ?? [])]
}

interface Address {
  readonly value: bigint
  readonly width: 32 | 128
}

/** Whether an address lies in a CIDR range such as `192.0.2.0/24`; a bare address is its own range. */
export function isInRange(address: string, range: string): boolean {
  const [base = '', prefix] = range.split('/')
  const [tested, start] = [parseAddress(address), parseAddress(base)]
  if (tested === undefined || tested.width !== start?.width) return false
  const bits = prefix === undefined ? tested.width : Number(prefix)
  if (!Number.isInteger(bits) || bits < 0 || bits > tested.width) return false
  const hostBits = BigInt(tested.width - bits)
  return tested.value >> hostBits === start.value >> hostBits
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

/** In a pattern, any text without a colon. */
export const WITHIN_PART = '\0'

/** An ARN is `arn:partition:service:region:account:resource`; only the resource may contain colons. */
export function arnPattern(arn: string): string {
  const parts = arn.split(':')
  // What is incomplete stands for all that starts like it.
  if (parts.length < 6) return `${arn}*`
  const limited = parts.slice(0, 5).map((part) => part.replaceAll('*', WITHIN_PART))
  return [...limited, ...parts.slice(5)].join(':')
}

/** With any value for each variable. */
export function withAnyValues(pattern: string): string {
  return pattern.replaceAll(/\$\{[^}]*\}/g, '?*')
}

/** Whether any text matches two patterns of `*` and `?`. */
export function patternsOverlap(one: string, other: string): boolean {
  if (!beginAndEndAlike(one, other)) return false
  const [left, right] = [splitSegment(one), splitSegment(other)]
  return left === undefined || right === undefined
    ? restsOverlap(one, other)
    : patternsOverlap(left[0], right[0]) && patternsOverlap(left[1], right[1])
}

/** The first segment and the rest; undefined where a wildcard may stand for the colon between them. */
function splitSegment(pattern: string): [string, string] | undefined {
  const end = pattern.search(/[*?:]/)
  return pattern[end] === ':' ? [pattern.slice(0, end), pattern.slice(end + 1)] : undefined
}

/** Most differ before the first wildcard or after the last one. */
function beginAndEndAlike(one: string, other: string): boolean {
  const [start, otherStart] = [literalStart(one), literalStart(other)]
  if (!start.startsWith(otherStart) && !otherStart.startsWith(start)) return false
  const [end, otherEnd] = [literalEnd(one), literalEnd(other)]
  return end.endsWith(otherEnd) || otherEnd.endsWith(end)
}

function literalStart(pattern: string): string {
  const wildcard = pattern.search(/[*?\0]/)
  return wildcard < 0 ? pattern : pattern.slice(0, wildcard)
}

function literalEnd(pattern: string): string {
  return pattern.slice(
    Math.max(...['*', '?', WITHIN_PART].map((each) => pattern.lastIndexOf(each))) + 1,
  )
}

function restsOverlap(one: string, other: string): boolean {
  // Whether the rests of `one` from each position on overlap with the rest of `other` that is looked at.
  let below: boolean[] = []
  for (let right = other.length; right >= 0; right -= 1) {
    const row: boolean[] = []
    for (let left = one.length; left >= 0; left -= 1) {
      row[left] = overlaps(one[left], other[right], {
        skipLeft: row[left + 1] ?? false,
        skipRight: below[left] ?? false,
        skipBoth: below[left + 1] ?? false,
      })
    }
    below = row
  }
  return below[0] ?? false
}

interface Rests {
  readonly skipLeft: boolean
  readonly skipRight: boolean
  readonly skipBoth: boolean
}

function overlaps(
  left: string | undefined,
  right: string | undefined,
  { skipLeft, skipRight, skipBoth }: Rests,
): boolean {
  if (left === undefined && right === undefined) return true
  if (isWildcard(left) || isWildcard(right)) {
    return (takes(right, left) && skipLeft) || (takes(left, right) && skipRight)
  }
  const isSame = left === right || [left, right].includes('?')
  return left !== undefined && right !== undefined && isSame && skipBoth
}

function isWildcard(character: string | undefined): boolean {
  return character === '*' || character === WITHIN_PART
}

/** Whether a wildcard stands for the character of the other side, too. Another wildcard may be empty. */
function takes(wildcard: string | undefined, character: string | undefined): boolean {
  if (character === undefined) return false
  if (isWildcard(character)) return true
  return wildcard === '*' || (wildcard === WITHIN_PART && character !== ':')
}

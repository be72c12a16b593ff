/** The candidate that a word is most likely a misspelling of; undefined if none is near. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  const near = candidates
    .map((candidate) => ({ candidate, distance: distance(word, candidate) }))
    .filter((each) => each.distance <= Math.min(2, word.length / 3))
  return near.toSorted((one, other) => one.distance - other.distance)[0]?.candidate
}

/** How many characters must be added, removed, replaced or swapped with their neighbor. */
function distance(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, column) => column)]
  for (let row = 1; row <= one.length; row += 1) {
    const line = [row]
    for (let column = 1; column <= other.length; column += 1) {
      const at = (up: number, left: number): number => rows[row - up]?.[column - left] ?? Infinity
      const isEqual = one[row - 1] === other[column - 1]
      const isSwap = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      const before = line[column - 1] ?? Infinity
      const swapped = isSwap ? at(2, 2) + 1 : Infinity
      line.push(Math.min(before + 1, at(1, 0) + 1, at(1, 1) + (isEqual ? 0 : 1), swapped))
    }
    rows.push(line)
  }
  return rows[one.length]?.[other.length] ?? Infinity
}

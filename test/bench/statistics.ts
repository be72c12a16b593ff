export interface Spread {
  readonly min: number
  readonly lowerQuartile: number
  readonly median: number
  readonly upperQuartile: number
  readonly max: number
}

export function spreadOf(numbers: readonly number[]): Spread {
  const sorted = [...numbers].sort((a, b) => a - b)
  const [min, lowerQuartile, median, upperQuartile, max] = [0, 0.25, 0.5, 0.75, 1].map((part) =>
    quantile(sorted, part),
  ) as [number, number, number, number, number]
  return { min, lowerQuartile, median, upperQuartile, max }
}

/** Interpolates between the two nearest values. */
function quantile(sorted: readonly number[], part: number): number {
  const place = part * (sorted.length - 1)
  const below = sorted[Math.floor(place)] ?? NaN
  const above = sorted[Math.ceil(place)] ?? NaN
  return below + (above - below) * (place - Math.floor(place))
}

export function differences(numbers: readonly number[], references: readonly number[]): number[] {
  return numbers.map((number, round) => number - (references[round] ?? NaN))
}

/** Ratios round by round, so that a slow phase of the machine affects both values. */
export function ratios(numbers: readonly number[], references: readonly number[]): number[] {
  return numbers.map((number, round) => number / (references[round] ?? NaN))
}

export function sums(lists: readonly (readonly number[])[]): number[] {
  const [first = [], ...others] = lists
  return first.map((number, round) =>
    others.reduce((sum, list) => sum + (list[round] ?? NaN), number),
  )
}

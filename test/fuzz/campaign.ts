/**
 * The seed and the number of generated cases. `npm test` runs a part of them and `npm run fuzz` all.
 * `npm run fuzz -- --seed N --times M` uses another seed and M times as many cases.
 */
const DEFAULT_SEED = 20_260_101

export interface Campaign {
  readonly seed: number
  readonly numRuns: number
}

/** Prints the seed, with which a failure can be reproduced. */
export function campaign(what: string, runs: { quick: number; full: number }): Campaign {
  const { FUZZ_SEED, FUZZ_TIMES } = process.env
  const seed = Number(FUZZ_SEED ?? DEFAULT_SEED)
  const numRuns = FUZZ_TIMES === undefined ? runs.quick : runs.full * Number(FUZZ_TIMES)
  process.stdout.write(`fuzz: ${numRuns} ${what}, seed ${seed}\n`)
  return { seed, numRuns }
}

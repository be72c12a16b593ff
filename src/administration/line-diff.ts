/** What differs between two texts, line by line; pure. */

import { readPolicyText } from '../policy/read-text.ts'

/** Unchanged lines that are shown around a change. */
const AROUND = 2

type Line = readonly [sign: ' ' | '-' | '+', text: string]

/** The lines of two policies' texts, whatever their layout. */
export function diffPolicies(before: string, after: string): string[] {
  return diffLines(layOut(before), layOut(after))
}

function layOut(text: string): string {
  const read = readPolicyText(text)
  return 'policy' in read ? JSON.stringify(read.policy, undefined, 2) : text
}

/** Lines with `- `, `+ ` or two blanks before them; `…` stands for unchanged lines that are left out. */
export function diffLines(before: string, after: string): string[] {
  const lines = compare(before.split('\n'), after.split('\n'))
  const isNear = lines.map((_, index) =>
    lines.slice(Math.max(0, index - AROUND), index + AROUND + 1).some(([sign]) => sign !== ' '),
  )
  return lines.flatMap(([sign, text], index) => {
    if (isNear[index] === true) return [`${sign} ${text}`]
    return isNear[index - 1] === true ? ['…'] : []
  })
}

/** Keeps a longest common subsequence of the lines. */
function compare(before: readonly string[], after: readonly string[]): Line[] {
  const lengths = commonLengths(before, after)
  const lengthAt = (i: number, j: number): number => lengths[i]?.[j] ?? 0
  const lines: Line[] = []
  let [i, j] = [0, 0]
  while (i < before.length || j < after.length) {
    const [old, next] = [before[i], after[j]]
    if (old !== undefined && old === next) {
      lines.push([' ', old])
      i += 1
      j += 1
    } else if (
      old !== undefined &&
      (next === undefined || lengthAt(i + 1, j) >= lengthAt(i, j + 1))
    ) {
      lines.push(['-', old])
      i += 1
    } else {
      lines.push(['+', next ?? ''])
      j += 1
    }
  }
  return lines
}

/** By the first line of each text: how many lines those from there on have in common. */
function commonLengths(before: readonly string[], after: readonly string[]): number[][] {
  let below: number[] = []
  return before
    .toReversed()
    .map((old) => {
      const row: number[] = []
      for (let j = after.length - 1; j >= 0; j -= 1) {
        row[j] =
          old === after[j] ? 1 + (below[j + 1] ?? 0) : Math.max(below[j] ?? 0, row[j + 1] ?? 0)
      }
      return (below = row)
    })
    .toReversed()
}

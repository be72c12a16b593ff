import { differences, ratios, spreadOf, sums, type Spread } from './statistics.ts'
import { peakMegabytes } from './memory.ts'
import type { Group, Row, Samples, Target } from './timing.ts'

export interface Result {
  readonly title: string
  readonly rounds: number
  readonly rows: readonly RowResult[]
}

interface RowResult {
  readonly name: string
  readonly milliseconds: Spread
  /** Ratio to the first row of the group, round by round. */
  readonly ratio: Spread
  readonly targets: readonly JudgedTarget[]
  readonly memory?: MemoryResult
}

interface MemoryResult {
  readonly megabytes: number
  readonly atMost: number
}

interface JudgedTarget extends Target {
  /** The measured median: a ratio, or milliseconds. NaN if the other row was not measured. */
  readonly median: number
}

export async function resultOf({ title, rows, rounds }: Group, samples: Samples): Promise<Result> {
  const memories = await measureMemory(rows)
  const timesOf = (name = rows[0]?.name): readonly number[] =>
    [...samples].find(([row]) => row.name === name)?.[1] ?? []
  const together = (of: Target['of']): readonly number[] =>
    typeof of === 'object' ? sums(of.map(timesOf)) : timesOf(of)
  const results = rows.map((row) => {
    const { name, targets = [] } = row
    const memory = memories.get(row)
    return {
      ...(memory && { memory }),
      name,
      milliseconds: spreadOf(timesOf(name)),
      ratio: spreadOf(ratios(timesOf(name), timesOf())),
      targets: targets.map((target) => {
        const times = [timesOf(name), together(target.of)] as const
        const compared = target.isDifference ? differences(...times) : ratios(...times)
        return { ...target, median: spreadOf(compared).median }
      }),
    }
  })
  return { title, rounds, rows: results }
}

async function measureMemory(rows: readonly Row[]): Promise<Map<Row, MemoryResult>> {
  const memories = new Map<Row, MemoryResult>()
  for (const row of rows) {
    if ('time' in row || row.megabytesAtMost === undefined) continue
    memories.set(row, { megabytes: await peakMegabytes(row), atMost: row.megabytesAtMost })
  }
  return memories
}

/** In Markdown, for the terminal too. */
export function tableOf({ title, rounds, rows }: Result): string {
  const head = ['', 'median ms', 'quartiles', 'ratio', 'quartiles', 'target']
  const lines = rows.map(({ name, milliseconds, ratio, targets, memory }) => [
    name,
    milliseconds.median.toFixed(2),
    quartiles(milliseconds),
    ratio.median.toFixed(2),
    quartiles(ratio),
    [...targets.map(targetWords), ...(memory === undefined ? [] : [memoryWords(memory)])].join(
      '; ',
    ),
  ])
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...lines].map((line) => line[column]?.length ?? 0)),
  )
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  )
  const text = [head, rule, ...lines].map((line) => {
    const cells = line.map((cell, column) => {
      const width = widths[column] ?? 0
      return column === 0 ? cell.padEnd(width) : cell.padStart(width)
    })
    return `| ${cells.join(' | ')} |`
  })
  return `${title} (${rounds} rounds):\n\n${text.join('\n')}\n`
}

function quartiles({ lowerQuartile, upperQuartile }: Spread): string {
  return `${lowerQuartile.toFixed(2)} … ${upperQuartile.toFixed(2)}`
}

function memoryWords({ megabytes, atMost }: MemoryResult): string {
  return `≤ ${atMost} MB: ${megabytes <= atMost ? 'met' : 'missed'} (${Math.round(megabytes)})`
}

function targetWords({ atMost, of, median, isDifference }: JudgedTarget): string {
  if (Number.isNaN(median)) return ''
  const isMet = median <= atMost ? 'met' : 'missed'
  if (isDifference) return `≤ ${atMost} ms more: ${isMet} (${median.toFixed(1)})`
  if (of === undefined) return `≤ ${atMost}: ${isMet}`
  const others = typeof of === 'object' ? `(${of.join(' + ')})` : of
  return `≤ ${atMost} × ${others}: ${isMet} (${median.toFixed(2)})`
}

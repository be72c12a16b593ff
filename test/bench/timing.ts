/** Times whole processes from outside, in turns. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { performance } from 'node:perf_hooks'

export type Row = ProcessRow | OwnRow

interface NamedRow {
  readonly name: string
  readonly targets?: readonly Target[]
}

/** A row that measures its own time. */
export interface OwnRow extends NamedRow {
  /** Milliseconds. */
  readonly time: () => Promise<number>
}

export interface ProcessRow extends NamedRow {
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** The number of starts in one sample. Short processes need many, as the time includes the shell of the sample. */
  readonly starts: number
  /** Whether all start at once instead of one after the other. */
  readonly atOnce?: boolean
  /** The expected output of a start, so that no row is fast because it does nothing. */
  readonly prints: RegExp
  /** Exit codes that count as done; 0 alone unless told. */
  readonly exitCodes?: readonly number[]
  /** Target for the memory of one start, in megabytes (10^6 bytes of resident memory at its peak). */
  readonly megabytesAtMost?: number
  /** Called before each sample, untimed; returns words to put behind the command. */
  readonly prepare?: () => readonly string[]
}

/**
 * A limit for the median of the ratio to another row or to the sum of several, by default to the first of the group;
 * or of the difference in milliseconds.
 */
export interface Target {
  readonly atMost: number
  readonly of?: string | readonly string[]
  readonly isDifference?: boolean
}

export interface Group {
  readonly title: string
  /** The others are compared with the first one. */
  readonly rows: readonly Row[]
  readonly rounds: number
}

/** Milliseconds per start (of all together if they start at once), one value per round. */
export type Samples = ReadonlyMap<Row, readonly number[]>

/** Each round runs every row once and starts with another row. The first round only warms up. */
export async function measure({ rows, rounds }: Group): Promise<Samples> {
  const samples = new Map<Row, number[]>(rows.map((row) => [row, []]))
  for (let round = -1; round < rounds; round += 1) {
    const first = Math.max(round, 0) % rows.length
    for (const row of [...rows.slice(first), ...rows.slice(0, first)]) {
      const time = 'time' in row ? await row.time() : await sample(row)
      if (round >= 0) samples.get(row)?.push(time)
    }
  }
  return samples
}

const ONE_BY_ONE = 'n=$1; shift; while [ $n -gt 0 ]; do "$@" || exit; n=$((n - 1)); done'
const AT_ONCE = 'n=$1; shift; while [ $n -gt 0 ]; do "$@" & n=$((n - 1)); done; wait'

async function sample(row: ProcessRow): Promise<number> {
  const words = [...row.command, ...(row.prepare?.() ?? [])]
  const loop = ['-c', row.atOnce ? AT_ONCE : ONE_BY_ONE, 'sh', String(row.starts), ...words]
  const began = performance.now()
  const child = spawn('/bin/sh', loop, { env: row.env, stdio: ['ignore', 'pipe', 'pipe'] })
  const closed = once(child, 'close') as Promise<[number | null]>
  const [printed, said, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    closed,
  ])
  const time = performance.now() - began
  const lines = printed === '' ? Array<string>(row.starts).fill('') : printed.trim().split('\n')
  const isDone = code !== null && (row.exitCodes ?? [0]).includes(code)
  const isWhole = lines.length % row.starts === 0 && lines.every((line) => row.prints.test(line))
  if (!isDone || !isWhole) {
    throw new Error(`${row.name}: exit code ${String(code)}, printed\n${printed}${said}`)
  }
  return row.atOnce ? time : time / row.starts
}

/** `npm run bench -- [--rounds N] [--json FILE]`; the method is in docs/performance.md. */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { load, machine, packageSize } from './machine.ts'
import { groupsOf } from './rows.ts'
import { setStage } from './stage.ts'
import { ratios, spreadOf } from './statistics.ts'
import { measure, type Group, type Samples } from './timing.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '40' }, json: { type: 'string' } },
})

const stage = await setStage()
try {
  const homes = {
    one: await stage.home('one'),
    many: await stage.home('many', { others: 10_000 }),
  }
  const before = load()
  const results = []
  for (const group of groupsOf(stage, homes, Number(values.rounds))) {
    const result = resultOf(group, await measure(group))
    console.log(table(result))
    results.push(result)
  }
  const size = packageSize()
  console.log(
    `Package: ${kilobytes(size.packed)} packed, ${kilobytes(size.installed)} installed in ${size.packages} packages`,
  )
  const about = { ...machine(), load: { before, after: load() } }
  console.log(
    Object.entries(about)
      .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
      .join('\n'),
  )
  if (values.json !== undefined) {
    writeFileSync(
      values.json,
      `${JSON.stringify({ machine: about, results, package: size }, undefined, 2)}\n`,
    )
  }
} finally {
  await stage.close()
}

type Result = ReturnType<typeof resultOf>

/** Milliseconds per start, and the ratios to the group's first row, round by round. */
function resultOf({ title, rows, rounds }: Group, samples: Samples) {
  const [first] = rows
  const references = (first && samples.get(first)) ?? []
  return {
    title,
    rounds,
    rows: rows.map((row) => {
      const times = samples.get(row) ?? []
      return {
        name: row.name,
        starts: row.starts,
        milliseconds: spreadOf(times),
        ratio: spreadOf(ratios(times, references)),
        ...(row.atMost === undefined ? {} : { atMost: row.atMost }),
      }
    }),
  }
}

function table({ title, rounds, rows }: Result): string {
  const head = ['', 'ms median', 'quartiles', 'min … max', 'ratio', 'quartiles', 'target']
  const lines = rows.map(({ name, milliseconds: ms, ratio, atMost }) => [
    name,
    ms.median.toFixed(2),
    `${ms.lowerQuartile.toFixed(2)} … ${ms.upperQuartile.toFixed(2)}`,
    `${ms.min.toFixed(2)} … ${ms.max.toFixed(2)}`,
    ratio.median.toFixed(3),
    `${ratio.lowerQuartile.toFixed(3)} … ${ratio.upperQuartile.toFixed(3)}`,
    atMost === undefined ? '' : `at most ${atMost}`,
  ])
  const widths = head.map((_, column) =>
    Math.max(...[head, ...lines].map((line) => line[column]?.length ?? 0)),
  )
  const text = [head, ...lines].map((line) =>
    line
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  )
  return `${title} (${rounds} rounds)\n${text.join('\n')}\n`
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1024)} KiB`
}

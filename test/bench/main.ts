/** `npm run bench -- [--rounds N] [--json FILE] [--record]`; the method is in docs/performance.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { format, resolveConfig } from 'prettier'
import { auditGroup } from './audit.ts'
import { enterGroup } from './enter.ts'
import { networkTo } from './latency.ts'
import { startKeyring } from './keyring.ts'
import { load, machine, packageSize } from './machine.ts'
import { resultOf, tableOf, type Result } from './report.ts'
import { groupsOf } from './rows.ts'
import { setStage } from './stage.ts'
import { measure } from './timing.ts'

type Sizes = ReturnType<typeof packageSize>

const DOCUMENT = 'docs/performance.md'
const HEADING = '## Result\n'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '40' },
    json: { type: 'string' },
    record: { type: 'boolean' },
  },
})

const stage = await setStage()
const network = await networkTo(stage.url, 50)
const keyring = await startKeyring()
const rounds = Number(values.rounds)
const audit = await auditGroup(Math.ceil(rounds / 10))
try {
  const homes = {
    one: await stage.home('one'),
    many: await stage.home('many', { others: 10_000 }),
    encrypted: keyring && (await stage.home('encrypted', { env: keyring.env })),
  }
  const before = load()
  const results: Result[] = []
  const groups = [
    ...groupsOf(stage, homes, rounds),
    enterGroup(homes.one, network, Math.ceil(rounds / 2)),
    audit,
  ]
  for (const group of groups) {
    const result = await resultOf(group, await measure(group))
    console.log(tableOf(result))
    results.push(result)
  }
  const about = { ...machine(), loadBefore: before, loadAfter: load() }
  const size = packageSize()
  const json = JSON.stringify({ machine: about, results, package: size }, rounded, 2)
  const words = `${machineWords(about)}\n\n${sizeWords(size)}\n`
  console.log(words)
  if (values.json !== undefined) writeFileSync(values.json, `${json}\n`)
  if (values.record) {
    const [method = ''] = readFileSync(DOCUMENT, 'utf8').split(HEADING)
    const tables = results.map(tableOf).join('\n')
    const text = `${words}\n${tables}`
    const style = await resolveConfig(DOCUMENT)
    const document = `${method}${HEADING}\n${text}`
    writeFileSync(DOCUMENT, await format(document, { ...style, filepath: DOCUMENT }))
  }
} finally {
  network.close()
  await keyring?.stop()
  await audit.close()
  await stage.close()
}

function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value
}

function machineWords(
  about: ReturnType<typeof machine> & Record<'loadBefore' | 'loadAfter', number>,
) {
  const { date, processor, memory, system, node, loadBefore, loadAfter } = about
  return `${date}: ${processor}, ${memory}, ${system}, Node ${node}; load average ${loadBefore} before, ${loadAfter} after.`
}

function sizeWords({ packed, installed, packages, executable, archive }: Sizes): string {
  const kilobytes = (bytes: number): string => `${Math.round(bytes / 1024)} KiB`
  const size = `Package: ${kilobytes(packed)} packed, ${kilobytes(installed)} installed, ${packages} packages with its dependencies.`
  if (executable === undefined || archive === undefined) return size
  return `${size} The executable: ${kilobytes(executable)}, as an archive ${kilobytes(archive)}.`
}

// npm run faults [-- --short | --every N] [--seed N] [--write] [SUITE…]: kills the program, fills disks and breaks
// networks, and prints a table of the outcomes. --short kills at every eighth change only; --write writes docs/faults.md.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    short: { type: 'boolean', default: false },
    every: { type: 'string' },
    seed: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})
const step = values.every ?? (values.short ? '8' : '1')
if (values.write && (step !== '1' || positionals.length > 0))
  throw new Error('the table is of a whole run')
const root = fileURLToPath(new URL('../../', import.meta.url))
const out = mkdtempSync(`${tmpdir()}/faults-`)
const { status } = spawnSync(
  process.execPath,
  [
    `${root}node_modules/vitest/vitest.mjs`,
    'run',
    '--config',
    `${root}test/faults/vitest.config.ts`,
    ...positionals,
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      FAULTS_OUT: out,
      FAULTS_STEP: step,
      ...(values.seed && { FAULTS_SEED: values.seed }),
    },
  },
)
const names = Array.from(
  readFileSync(`${root}test/faults/rows.ts`, 'utf8').matchAll(/^ {2}'(.+)',$/gm),
  ([, name]) => name,
)
const found = new Map(
  readdirSync(out)
    .map((name) => JSON.parse(readFileSync(`${out}/${name}`, 'utf8')))
    .map((row) => [row.name, row]),
)
rmSync(out, { recursive: true })
const missing = positionals.length > 0 ? [] : names.filter((name) => !found.has(name))
const cell = (text) => String(text).replaceAll('|', '\\|')
const lines = names
  .filter((name) => found.has(name))
  .map((name) => {
    const { what, line, exit, held, skipped } = found.get(name)
    const cells =
      skipped === undefined
        ? [what, line === '' ? '–' : `\`${line}\``, exit, held]
        : ['–', '–', '–', `skipped here: ${skipped}`]
    return `| ${[name, ...cells].map(cell).join(' | ')} |`
  })
const table = [
  '| Fault | What is done | What the person sees | Exit | What was checked |',
  '| - | - | - | - | - |',
  ...lines,
]
const kills = [...found.values()].reduce(
  (sum, { what = '' }) => sum + Number(/(\d+) times in all/.exec(what)?.[1] ?? 0),
  0,
)
process.stdout.write(`\n${kills} kills\n${table.join('\n')}\n`)
if (missing.length > 0) process.stdout.write(`\nWithout an outcome: ${missing.join(', ')}\n`)
process.exitCode = status !== 0 || missing.length > 0 ? 1 : 0
if (values.write && process.exitCode === 0) {
  const path = `${root}docs/faults.md`
  const head = readFileSync(path, 'utf8')
    .split('\n| Fault')[0]
    .replace(/(It killed the program )[\d,]+( times)/, `$1${kills.toLocaleString('en')}$2`)
  writeFileSync(path, `${head}\n${table.join('\n')}\n`)
  spawnSync(process.execPath, [`${root}node_modules/prettier/bin/prettier.cjs`, '--write', path], {
    stdio: 'inherit',
  })
}

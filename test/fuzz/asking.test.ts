/** Generated keys for every kind of question, through a pseudo-terminal. */
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'
import { beforeAll, expect, test } from 'vitest'
import { Random } from '../model/random.ts'
import { TerminalRun } from '../support/sandbox.ts'
import { campaign } from './campaign.ts'
import { KINDS, typedKeys, type Kind } from './keys.ts'

const FOLDER = mkdtempSync(join(tmpdir(), 'asking-'))
const WORKER = join(FOLDER, 'worker.mjs')

beforeAll(async () => {
  const input = fileURLToPath(new URL('./asking-worker.ts', import.meta.url))
  await build({ input, output: { file: WORKER, codeSplitting: false }, platform: 'node' })
})

/** Questions of one process, so that it runs for a while but its screen stays short. */
const PER_PROCESS = 250
const PLAIN_KINDS = KINDS.filter((kind) => kind !== 'choice')

const { seed, numRuns } = campaign('sequences of keys', { quick: 1000, full: 10_000 })

test.each<[name: string, term: string, columns: number, kinds: readonly Kind[], share: number]>([
  ['in a wide window', 'xterm', 200, KINDS, 0.5],
  ['in 20 columns', 'xterm', 20, KINDS, 0.3],
  ['without escape sequences', 'dumb', 80, PLAIN_KINDS, 0.2],
])(
  'no key breaks a question or types what nobody typed, and the terminal is restored: %s',
  { timeout: 600_000 },
  async (_, term, columns, kinds, share) => {
    const random = new Random(seed + columns)
    for (let left = numRuns * share; left > 0; left -= PER_PROCESS) {
      const asked = Array.from({ length: Math.min(left, PER_PROCESS) }, () => random.pick(kinds))
      const typed = asked.map((kind) => typedKeys(random, kind))
      const results = join(FOLDER, 'results')
      const command = `before=$(stty -g); '${process.execPath}' '${WORKER}' '${JSON.stringify(asked)}' >${results}; echo "exit $?"; [ "$before" = "$(stty -g)" ] && echo restored`
      const run = new TerminalRun(command, { PATH: process.env.PATH ?? '' }, { term, columns })
      for (const [index, { bytes }] of typed.entries()) {
        await run.waitFor(`Question ${index}?`)
        run.type(bytes)
      }
      await run.waitFor('exit 0')
      await run.exit
      expect(run.screen).toContain('restored')
      if (term === 'dumb') expect(run.screen).not.toContain('\u001B')
      const answers = readFileSync(results, 'utf8').trim().split('\n')
      for (const [index, { bytes, expected }] of typed.entries()) {
        const what = `${asked[index]!}: ${JSON.stringify(bytes.toString('latin1'))}`
        expect(`${what} ${answers[index] ?? ''}`).toBe(`${what} ${JSON.stringify(expected)}`)
      }
    }
  },
)

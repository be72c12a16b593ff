import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { AccessKey } from '../../src/local-aws/index.ts'
import { hasKilledItself } from '../support/processes.ts'
import { expectRotated, expectWorkingKey, withCodes } from '../support/rotation.ts'
import { outcomeOf, type Sandbox } from '../support/sandbox.ts'

const ROTATE = ['keys', 'rotate', '--profile', 'work', '--yes']
const LANES = 4
const PRELOAD = new URL('../support/kill-before.mjs', import.meta.url).href

it('keys rotate leaves a working key when it is killed before any of its steps, and resumes', async () => {
  const steps = await Promise.all(
    Array.from({ length: LANES }, async (_, lane) => killBeforeSteps(lane + 1)),
  )
  // The steps are requests and file changes; fewer would mean that some are not counted.
  expect(Math.max(...steps.map(([last = 0]) => last))).toBeGreaterThan(20)
}, 600_000)

/** Kills a run before every LANES-th step, until a run completes. Returns the step that did not happen. */
async function killBeforeSteps(first: number): Promise<number[]> {
  for (let step = first; ; step += LANES) {
    const box = await withCodes()
    const old = box.key
    const env = { NODE_OPTIONS: `--import ${PRELOAD}`, KILL_BEFORE: String(step) }
    const child = box.start(ROTATE, { env })
    const { code, stderr } = await outcomeOf(child)
    expectWorkingKey(box)
    if (code === 0) return [step]
    expect(hasKilledItself(code, child.signalCode), stderr).toBe(true)
    const again = await box.run(ROTATE)
    expect(again.code, `after step ${step}: ${again.stderr}`).toBe(0)
    expectClean(box, old, step)
  }
}

/** Only the credentials file has the secret: no journal and no temporary file is left. */
function expectClean(box: Sandbox, old: AccessKey, step: number): void {
  expectRotated(box, old)
  for (const entry of readdirSync(box.home, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile() || path === box.path('credentials')) continue
    expect(readFileSync(path, 'utf8'), `${path} after step ${step}`).not.toContain(
      box.key.secretAccessKey,
    )
  }
}

import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { AccessKey } from '../../src/local-aws/index.ts'
import { expectRotated, expectWorkingKey, withCodes } from '../support/rotation.ts'
import type { Sandbox } from '../support/sandbox.ts'

const ROTATE = ['keys', 'rotate', '--profile', 'work', '--yes']
const LANES = 4
const PRELOAD = new URL('../support/kill-before.mjs', import.meta.url).href

it('killed before any of its steps, it left a working key, and goes on when it is run again', async () => {
  const steps = await Promise.all(Array.from({ length: LANES }, async (_, lane) => kills(lane + 1)))
  // Requests and changes of files; fewer would mean that something was not counted.
  expect(Math.max(...steps.map(([last = 0]) => last))).toBeGreaterThan(20)
}, 600_000)

/** Every lane takes each of its steps until a run comes to its end. */
async function kills(first: number): Promise<number[]> {
  for (let step = first; ; step += LANES) {
    const box = await withCodes()
    const old = box.key
    const env = { NODE_OPTIONS: `--import ${PRELOAD}`, KILL_BEFORE: String(step) }
    const { code, stderr } = await box.run(ROTATE, { env })
    expectWorkingKey(box)
    if (code === 0) return [step]
    expect(code, stderr).toBeNull()
    const again = await box.run(ROTATE)
    expect(again.code, `after step ${step}: ${again.stderr}`).toBe(0)
    expectClean(box, old, step)
  }
}

/** Only the credentials file has the secret: no note and no temporary file is left. */
function expectClean(box: Sandbox, old: AccessKey, step: number): void {
  expectRotated(box, old)
  for (const entry of readdirSync(box.home, { recursive: true, withFileTypes: true })) {
    const path = `${entry.parentPath}/${entry.name}`
    if (!entry.isFile() || path === box.path('credentials')) continue
    expect(readFileSync(path, 'utf8'), `${path} after step ${step}`).not.toContain(
      box.key.secretAccessKey,
    )
  }
}

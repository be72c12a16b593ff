import { describe, expect, it } from 'vitest'
import { notOnWindows } from '../support/not-on-windows.ts'
import { until } from '../support/processes.ts'
import { expectRotated, withCodes } from '../support/rotation.ts'
import { outcomeOf, PROGRAM, type Sandbox } from '../support/sandbox.ts'

const ROTATE = ['keys', 'rotate', '--profile', 'work', '--yes']

describe('keys rotate beside another keys rotate', () => {
  /** A rotation that asks on a terminal; later ones get their codes from `mfa_process`. */
  async function asking(box: Sandbox) {
    const config = box.read('config')
    box.write('config', config.replace(/mfa_process.*\n/, ''))
    const command = [process.execPath, PROGRAM, ...ROTATE].join(' ')
    const run = box.terminal(`exec ${command}`)
    await run.waitFor('MFA code for work')
    box.write('config', config)
    return run
  }
  const CASES: [string, boolean, (box: Sandbox) => string][] = [
    ['its first question, and answered then', false, (box) => `${box.code(1)}\r`],
    ['the question for the new key, and answered then', true, (box) => `${box.code(1)}\r`],
    ['the question for the new key, and canceled then', true, () => '\u0003'],
  ]

  it.skipIf(notOnWindows('signals')).each(CASES)(
    'changes nothing after it was stopped at %s',
    async (_, hasSession, answer) => {
      const box = await withCodes()
      if (hasSession) await box.run(['--profile', 'work'])
      const old = box.key
      const run = await asking(box)
      process.kill(run.pid, 'SIGSTOP')
      expect((await box.run(ROTATE)).code).toBe(0)
      expectRotated(box, old)
      const calls = box.aws.requests.length
      process.kill(run.pid, 'SIGCONT')
      await run.answer('MFA code for work', answer(box))
      expect(await run.exit, run.screen).toBe(6)
      expect(run.screen).toContain(
        'another one has taken over its work. Try: mfa-login keys rotate ',
      )
      // It may only have read which devices there are.
      const later = box.aws.requests.slice(calls).map(({ action }) => action)
      expect(later.filter((action) => action !== 'ListMFADevices')).toEqual([])
      expectRotated(box, old)
    },
    90_000,
  )

  it('with --yes replaces no other key than the one it found', async () => {
    const box = await withCodes()
    await box.run(['--profile', 'work'])
    const old = box.key
    const run = await asking(box)
    const next = box.start(ROTATE)
    const outcome = outcomeOf(next)
    let waits = ''
    next.stderr.on('data', (text) => (waits += String(text)))
    await until(box, () => waits.includes('Waiting for process'))
    await run.answer('MFA code for work', `${box.code(1)}\r`)
    expect(await run.exit, run.screen).toBe(0)
    const { code, stderr } = await outcome
    expect(stderr).toContain(
      `it is now …${box.key.accessKeyId.slice(-4)}, not …${old.accessKeyId.slice(-4)}. Try: mfa-login keys rotate --profile work, to replace this one too`,
    )
    expect(code).toBe(3)
    expectRotated(box, old)
  })
})

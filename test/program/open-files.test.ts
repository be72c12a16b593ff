/** Windows: a change of the AWS files while another program has one of them open is made whole or not at all. */
import { describe, expect, test } from 'vitest'
import { holdOpen } from '../support/hold-open.ts'
import { sandbox } from '../support/sandbox.ts'

const SETUP = ['setup', '--profile', 'work', '--yes']

describe.runIf(process.platform === 'win32')('setup', () => {
  test.each(['config', 'credentials'])('waits until %s is closed', async (name) => {
    const box = await sandbox()
    await holdOpen(box.path(name), { ms: 1000, isExclusive: false })
    const { code, stderr } = await box.run(SETUP)
    expect(code, stderr).toBe(0)
    expect(box.read('config')).toContain('credential_process')
    expect(box.read('credentials')).toContain('[work-long-term]')
  })

  test.each(['config', 'credentials'])('changes nothing where %s stays open', async (name) => {
    const box = await sandbox()
    const before = [box.read('config'), box.read('credentials')]
    await holdOpen(box.path(name), { ms: 15_000, isExclusive: false })
    const { code, stderr } = await box.run(SETUP)
    expect(code, stderr).toBe(3)
    expect(stderr).toMatch(
      new RegExp(
        String.raw`^mfa-login: \S+\\\.aws\\${name} cannot be changed \((EPERM|EACCES)\): ` +
          'another program may have it open\\. Try: close it, then: mfa-login setup --profile work --yes$',
        'm',
      ),
    )
    expect([box.read('config'), box.read('credentials')]).toEqual(before)
  })
})

/** The packed program as npm installs it on Windows. `.ci/windows` installs it into a folder with a blank in its path. */
import { spawn } from 'node:child_process'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { outcomeOf, sandbox, type Outcome, type Sandbox } from '../support/sandbox.ts'

/** The folder with npm's `mfa-login.cmd`. */
const BIN = process.env.MFA_TEST_INSTALLED ?? ''

/** Runs a line in cmd as Node, .NET and Java run credential_process. */
async function runLine(box: Sandbox, line: string): Promise<Outcome> {
  const PATH = [BIN, dirname(process.execPath), box.env.PATH].join(';')
  const options = { env: { ...box.env, PATH }, windowsVerbatimArguments: true, detached: true }
  return outcomeOf(spawn('cmd.exe', ['/d', '/s', '/c', `"${line}"`], options))
}

describe.skipIf(BIN === '')("npm's mfa-login.cmd", () => {
  it('is in a folder with a blank in its path', () => {
    expect(BIN).toContain(' ')
  })

  it('prints the version', async () => {
    const { code, stdout, stderr } = await runLine(await sandbox(), 'mfa-login.cmd --version')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\r?\n$/)
  })

  it('logs in, and serves the session to credential_process', async () => {
    const box = await sandbox()
    const login = await runLine(box, `mfa-login.cmd --profile work --token-code ${box.code()}`)
    expect(login.code, login.stderr).toBe(0)
    const served = await runLine(box, 'mfa-login.cmd credential-process --profile work')
    expect(served.code, served.stderr).toBe(0)
    expect(JSON.parse(served.stdout)).toMatchObject({ Version: 1 })
    expect(box.calls()).toEqual(['OK'])
  })

  it('runs the demo', async () => {
    const { code, stdout, stderr } = await runLine(await sandbox(), 'mfa-login.cmd demo')
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('Refused without MFA, allowed after mfa-login.')
  })

  it('passes its exit code on', async () => {
    const { code, stderr } = await runLine(await sandbox(), 'mfa-login.cmd --profile nobody')
    expect(code, stderr).toBe(3)
  })
})

/** Windows: no console (DETACHED_PROCESS), or one without a window (CREATE_NO_WINDOW): nobody would see a question. */
import { spawn, type SpawnOptions } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { outcomeOf, PROGRAM, sandbox, type Outcome, type Sandbox } from '../support/sandbox.ts'

const SERVE = ['credential-process', '--profile', 'work']

/** With a batch file in place of PowerShell. */
async function runWithoutWindow(
  box: Sandbox,
  powershell: string,
  args: readonly string[] = SERVE,
  how: SpawnOptions = { windowsHide: true },
): Promise<Outcome> {
  const bin = join(box.home, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, 'powershell.cmd'), `@${powershell}\r\n`)
  const PATH = [bin, box.env.PATH].join(delimiter)
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...box.env, PATH, MFA_LOGIN_PROMPT_TIMEOUT: '8', ASKED: join(box.home, 'asked') },
    ...how,
    stdio: 'pipe',
  })
  child.stdin.end()
  return outcomeOf(child)
}

describe.runIf(process.platform === 'win32')('without a window', () => {
  it('the dialog of PowerShell asks at once', async () => {
    const box = await sandbox()
    box.freshStep(20_000)
    const script = `echo %MFA_LOGIN_QUESTION%>"%ASKED%"& echo answer:${box.code()}`
    const { code, stdout, stderr } = await runWithoutWindow(box, script)
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout)).toHaveProperty('SessionToken')
    expect(readFileSync(join(box.home, 'asked'), 'utf8')).toContain('MFA code for work')
  })

  it('a PowerShell that finds a window leaves the question to the terminal', async () => {
    const { code, stderr } = await runWithoutWindow(await sandbox(), 'echo window', [
      ...SERVE,
      '--debug',
    ])
    expect(stderr).toContain('the prompt powershell is not available: there is a console')
    expect(stderr).toContain('uses the prompt terminal')
    expect(code).toBe(130)
  })

  it.each([
    ['looks for a window', {}, { windowsHide: true }, true],
    ['trusts no window of Git Bash', { MSYSTEM: 'MINGW64' }, { windowsHide: true }, false],
    ['does not look where there is no console', {}, { detached: true }, false],
  ])('PowerShell %s', async (_, env, how, looks) => {
    const box = await sandbox()
    Object.assign(box.env, env)
    await runWithoutWindow(box, 'echo %*>"%ASKED%"& echo answer:', SERVE, how)
    expect(readFileSync(join(box.home, 'asked'), 'utf8').includes('GetConsoleWindow')).toBe(looks)
  })

  it.each([
    ['ends without a word', 'exit /b 0', 'it showed no dialog'],
    ['fails', 'exit /b 3', 'exit code 3'],
  ])('a PowerShell that %s is named', async (_, script, reason) => {
    const args = [...SERVE, '--prompt', 'powershell']
    const { code, stderr } = await runWithoutWindow(await sandbox(), script, args)
    expect(stderr).toContain(`The prompt powershell cannot be used: ${reason}.`)
    expect(code).toBe(6)
  })
})

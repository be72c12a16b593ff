/** In WSL, without a terminal: the dialog of Windows, played by a program that sees what crosses over. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { answers, program, runsOf } from '../support/asking.ts'
import { notOnWindows } from '../support/not-on-windows.ts'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

const SERVE = ['credential-process', '--profile', 'work']
const WSL = { WSL_DISTRO_NAME: 'Ubuntu', WSL_INTEROP: '/run/WSL/8_interop' }

/** Windows gets only the variables that WSLENV names, and its lines end with a carriage return. */
const POWERSHELL = `case ":$WSLENV:" in *:MFA_LOGIN_QUESTION/w:*) ;; *) exit 1 ;; esac
printf '%s\\n' "$MFA_LOGIN_QUESTION" >> "$HOME/questions"
printf 'answer:%s\\r\\n' "$(head -n 1 "$HOME/answers")"; sed -i 1d "$HOME/answers"`

async function inWsl(...codes: string[]): Promise<Sandbox> {
  const box = await sandbox()
  program(box, 'powershell.exe', POWERSHELL)
  answers(box, ...codes)
  return box
}

describe.skipIf(notOnWindows('POSIX shell'))('credential-process in WSL', () => {
  it('asks with the dialog of Windows, twice after a mistake', async () => {
    const box = await inWsl()
    box.freshStep()
    answers(box, '12345', box.code())
    const { code, stdout, stderr } = await box.run(SERVE, { env: WSL })
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ Version: 1 })
    const [first, second, ...more] = readFileSync(`${box.home}/questions`, 'utf8')
      .trim()
      .split('\n')
    expect(first).toMatch(/^MFA code for work \(arn:aws:iam::123456789012:mfa.alice\)$/)
    expect(second).toMatch(/^A code has six digits\..* MFA code for work /)
    expect(more).toEqual([])
  })

  it('ends with exit code 130 where the person cancels', async () => {
    const box = await inWsl('')
    const { code, stderr } = await box.run(SERVE, { env: WSL })
    expect(code).toBe(130)
    expect(stderr).toContain('Canceled')
  })

  it('names the dialog among those that are missing, where WSL hands on no PATH of Windows', async () => {
    const box = await sandbox()
    const { code, stderr } = await box.run(SERVE, { env: WSL })
    expect(code).toBe(6)
    expect(stderr).toMatch(/powershell.* \(not installed\)/)
  })

  it('is not there outside of WSL', async () => {
    const box = await inWsl('123456')
    const { code, stderr } = await box.run(SERVE)
    expect(code).toBe(6)
    expect(stderr).not.toContain('powershell')
    expect(runsOf(box, 'powershell.exe')).toEqual([])
  })
})

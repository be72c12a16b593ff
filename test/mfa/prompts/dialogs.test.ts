import { describe, expect, it, test } from 'vitest'
import { kdialogProgram } from '../../../src/mfa/prompts/kdialog.ts'
import { osascriptProgram } from '../../../src/mfa/prompts/osascript.ts'
import { powershellProgram } from '../../../src/mfa/prompts/powershell.ts'
import type { PromptProgram } from '../../../src/mfa/prompts/program.ts'
import type { CodeQuestion } from '../../../src/mfa/prompts/question.ts'
import { ykmanProgram } from '../../../src/mfa/prompts/ykman.ts'
import { zenityProgram } from '../../../src/mfa/prompts/zenity.ts'

const QUESTION: CodeQuestion = {
  profile: 'my_work',
  serialNumber: 'GAHT12345678',
  problem: undefined,
  seconds: 55,
}
const HOSTILE = { ...QUESTION, problem: `’<b>"a" & 'b' $(id) \`id\` \\n%1\u0007</b>` }
const end = (code: number | undefined, stdout = '', stderr = '') => ({ code, stdout, stderr })
const resultOf = (program: PromptProgram, ...exit: Parameters<typeof end>) =>
  program.result(end(...exit))

describe('zenity', () => {
  it('gets the question, with underscores that are not read as mnemonics', () => {
    expect(zenityProgram(QUESTION).command).toEqual([
      'zenity',
      '--entry',
      '--title=mfa-login',
      '--text=MFA code for my__work (GAHT12345678)',
      '--timeout=54',
    ])
  })

  test.each([
    [0, '123456\n', '', { kind: 'typed', text: '123456' }],
    [1, '', 'Gtk-Message: some noise\n', { kind: 'cancelled' }],
    [5, '', '', { kind: 'timed-out' }],
    [255, '', '', { kind: 'unavailable', reason: 'exit code 255' }],
    [undefined, '', '', { kind: 'unavailable', reason: 'a signal ended it' }],
    // As zenity 3.44 says it.
    [
      1,
      '',
      '\n(zenity:1): Gtk-WARNING **: 23:44:50.683: cannot open display: :77\n',
      {
        kind: 'unavailable',
        reason: '(zenity:1): Gtk-WARNING **: 23:44:50.683: cannot open display: :77',
      },
    ],
  ])('exit code %s, stdout %j, stderr %j', (code, stdout, stderr, expected) => {
    expect(resultOf(zenityProgram(QUESTION), code, stdout, stderr)).toEqual(expected)
  })
})

describe('kdialog', () => {
  it('gets the question', () => {
    const command = ['kdialog', '--title', 'mfa-login', '--inputbox']
    expect(kdialogProgram(QUESTION).command).toEqual([
      ...command,
      'MFA code for my_work (GAHT12345678)',
    ])
  })

  test.each([
    [0, '123456\n', '', { kind: 'typed', text: '123456' }],
    [1, '', '', { kind: 'cancelled' }],
    // As kdialog 22.12 says it, before it aborts.
    [
      undefined,
      '',
      'qt.qpa.xcb: could not connect to display :76\n',
      { kind: 'unavailable', reason: 'qt.qpa.xcb: could not connect to display :76' },
    ],
  ])('exit code %s, stdout %j, stderr %j', (code, stdout, stderr, expected) => {
    expect(resultOf(kdialogProgram(QUESTION), code, stdout, stderr)).toEqual(expected)
  })
})

describe('osascript', () => {
  it('gets all texts as arguments after the script', () => {
    const { command } = osascriptProgram(HOSTILE)
    const script = command.filter((_, index) => command[index - 1] === '-e')
    expect(script).toHaveLength(5)
    expect(script).toEqual(
      osascriptProgram(QUESTION).command.filter((_, i, all) => all[i - 1] === '-e'),
    )
    expect(command.slice(-3)).toEqual([
      `' b "a"   'b' $(id) \`id\`  n%1  /b \nMFA code for my_work (GAHT12345678)`,
      'mfa-login',
      '54',
    ])
  })

  test.each([
    [0, '123456\n', '', { kind: 'typed', text: '123456' }],
    [0, 'gave up\n', '', { kind: 'timed-out' }],
    [1, '', '71:99: execution error: User canceled. (-128)\n', { kind: 'cancelled' }],
    [
      1,
      '',
      '71:99: execution error: No user interaction allowed. (-1713)\n',
      {
        kind: 'unavailable',
        reason: '71:99: execution error: No user interaction allowed. (-1713)',
      },
    ],
  ])('exit code %s, stdout %j, stderr %j', (code, stdout, stderr, expected) => {
    expect(resultOf(osascriptProgram(QUESTION), code, stdout, stderr)).toEqual(expected)
  })
})

describe('powershell', () => {
  it('gets the text in a variable, and a script without double quotes', () => {
    const { command, env } = powershellProgram(HOSTILE)
    expect(command).toEqual(powershellProgram(QUESTION).command)
    expect(command.join(' ')).not.toMatch(/"|my_work/)
    expect(command.at(-1)).toContain('InputBox($env:MFA_LOGIN_QUESTION, ')
    expect(env?.MFA_LOGIN_QUESTION).toContain('MFA code for my_work (GAHT12345678)')
  })

  it('looks for a window of the console before it shows a dialog, if the terminal is next', () => {
    const script = powershellProgram(QUESTION, { yieldsToConsole: true }).command.at(-1)!
    expect(script.indexOf('GetConsoleWindow() -ne')).toBeGreaterThan(0)
    expect(script.indexOf('GetConsoleWindow() -ne')).toBeLessThan(script.indexOf('InputBox'))
    expect(script).not.toContain('"')
    expect(powershellProgram(QUESTION).command.at(-1)).not.toContain('GetConsoleWindow')
  })

  test.each([
    [0, 'answer:123456\r\n', { kind: 'typed', text: '123456' }],
    [0, 'answer:\r\n', { kind: 'cancelled' }],
    [0, 'window\r\n', { kind: 'unavailable', reason: 'there is a console' }],
    // As the PowerShell of Wine ends, and one that a policy keeps from running scripts may.
    [0, '', { kind: 'unavailable', reason: 'it showed no dialog' }],
    [0, '\r\n', { kind: 'unavailable', reason: 'it showed no dialog' }],
    [1, '', { kind: 'unavailable', reason: 'exit code 1' }],
  ])('exit code %s, stdout %j', (code, stdout, expected) => {
    expect(resultOf(powershellProgram(QUESTION), code, stdout)).toEqual(expected)
  })
})

describe('powershell from WSL', () => {
  const program = (env: Record<string, string>) =>
    powershellProgram(
      { ...QUESTION, problem: 'The code was not accepted.' },
      { platform: 'linux', env: { WSL_DISTRO_NAME: 'Ubuntu', ...env } },
    )

  it('is the program of Windows, which gets the text in one line', () => {
    const { command, env } = program({})
    expect(command[0]).toBe('powershell.exe')
    expect(command.slice(1)).toEqual(powershellProgram(QUESTION).command.slice(1))
    expect(env?.WSLENV).toBe('MFA_LOGIN_QUESTION/w')
    expect(env?.MFA_LOGIN_QUESTION).toMatch(/^The code was not accepted\. MFA code for .*$/)
  })

  it('keeps what WSLENV hands on already', () => {
    expect(program({ WSLENV: 'GOPATH/l:USER' }).env?.WSLENV).toBe(
      'GOPATH/l:USER:MFA_LOGIN_QUESTION/w',
    )
  })
})

const DIALOGS = [
  zenityProgram,
  kdialogProgram,
  osascriptProgram,
  (question: CodeQuestion) => powershellProgram(question),
]

it('no dialog gets markup, escapes or characters that a locale may lack', () => {
  for (const { command, env } of DIALOGS.map((describeProgram) => describeProgram(HOSTILE))) {
    const texts = [...command, ...Object.values(env ?? {})].filter((each) => each.includes('$(id)'))
    expect(texts).toHaveLength(1)
    expect(texts[0]).not.toMatch(/[<>&\\\u0007]|[^\n -~]/)
  }
})

describe('ykman', () => {
  const key = ykmanProgram({ account: 'aws', device: undefined })

  it('is asked for one account, on one key if that is named', () => {
    expect(key.command).toEqual(['ykman', 'oath', 'accounts', 'code', '--single', 'aws'])
    expect(ykmanProgram({ account: 'aws', device: '42' }).command.slice(0, 4)).toEqual([
      'ykman',
      '--device',
      '42',
      'oath',
    ])
  })

  it('is asked once with the old command if it does not know the new one', () => {
    const usage = 'Usage: ykman oath [OPTIONS]\n\nError: No such command "accounts".\n'
    const first = resultOf(key, 2, '', usage)
    if (first.kind !== 'instead') throw new Error(first.kind)
    expect(first.program.command).toEqual(['ykman', 'oath', 'code', '--single', 'aws'])
    expect(resultOf(first.program, 2, '', usage).kind).toBe('unavailable')
  })

  test.each([
    [0, '123456\n', '', { kind: 'typed', text: '123456' }],
    [0, '1234\n', '', { kind: 'unavailable', reason: 'it printed no six-digit code' }],
    // As ykman 4.0.9 says it.
    [
      1,
      '',
      'WARNING: PC/SC not available.\nError: No YubiKey detected!\n',
      { kind: 'unavailable', reason: 'Error: No YubiKey detected!' },
    ],
  ])('exit code %s, stdout %j, stderr %j', (code, stdout, stderr, expected) => {
    expect(resultOf(key, code, stdout, stderr)).toEqual(expected)
  })
})

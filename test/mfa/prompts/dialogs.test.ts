import { describe, expect, it, test } from 'vitest'
import type { Asking, Question } from '../../../src/mfa/prompts/asking.ts'
import { kdialog, osascript, powershell, zenity } from '../../../src/mfa/prompts/dialogs.ts'
import { ykman } from '../../../src/mfa/prompts/ykman.ts'

const QUESTION: Question = {
  profile: 'my_work',
  serialNumber: 'GAHT12345678',
  problem: undefined,
  seconds: 55,
}
const HOSTILE = { ...QUESTION, problem: `’<b>"a" & 'b' $(id) \`id\` \\n%1\u0007</b>` }
const ended = (code: number | undefined, stdout = '', stderr = '') => ({ code, stdout, stderr })
const answer = (asking: Asking, ...end: Parameters<typeof ended>) => asking.answer(ended(...end))

describe('zenity', () => {
  it('is told the question, with underscores that are no mnemonics', () => {
    expect(zenity(QUESTION).command).toEqual([
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
    [5, '', '', { kind: 'late' }],
    [255, '', '', { kind: 'unable', why: 'exit code 255' }],
    [undefined, '', '', { kind: 'unable', why: 'it was ended by a signal' }],
    // As zenity 3.44 says it.
    [
      1,
      '',
      '\n(zenity:1): Gtk-WARNING **: 23:44:50.683: cannot open display: :77\n',
      { kind: 'unable', why: '(zenity:1): Gtk-WARNING **: 23:44:50.683: cannot open display: :77' },
    ],
  ])('exit code %s, %j, %j', (code, stdout, stderr, expected) => {
    expect(answer(zenity(QUESTION), code, stdout, stderr)).toEqual(expected)
  })
})

describe('kdialog', () => {
  it('is told the question', () => {
    const words = ['kdialog', '--title', 'mfa-login', '--inputbox']
    expect(kdialog(QUESTION).command).toEqual([...words, 'MFA code for my_work (GAHT12345678)'])
  })

  test.each([
    [0, '123456\n', '', { kind: 'typed', text: '123456' }],
    [1, '', '', { kind: 'cancelled' }],
    // As kdialog 22.12 says it, before it aborts.
    [
      undefined,
      '',
      'qt.qpa.xcb: could not connect to display :76\n',
      { kind: 'unable', why: 'qt.qpa.xcb: could not connect to display :76' },
    ],
  ])('exit code %s, %j, %j', (code, stdout, stderr, expected) => {
    expect(answer(kdialog(QUESTION), code, stdout, stderr)).toEqual(expected)
  })
})

describe('osascript', () => {
  it('gets all texts as arguments behind the script', () => {
    const { command } = osascript(HOSTILE)
    const script = command.filter((_, index) => command[index - 1] === '-e')
    expect(script).toHaveLength(5)
    expect(script).toEqual(osascript(QUESTION).command.filter((_, i, all) => all[i - 1] === '-e'))
    expect(command.slice(-3)).toEqual([
      `' b "a"   'b' $(id) \`id\`  n%1  /b \nMFA code for my_work (GAHT12345678)`,
      'mfa-login',
      '54',
    ])
  })

  test.each([
    [0, '123456\n', '', { kind: 'typed', text: '123456' }],
    [0, 'gave up\n', '', { kind: 'late' }],
    [1, '', '71:99: execution error: User canceled. (-128)\n', { kind: 'cancelled' }],
    [
      1,
      '',
      '71:99: execution error: No user interaction allowed. (-1713)\n',
      { kind: 'unable', why: '71:99: execution error: No user interaction allowed. (-1713)' },
    ],
  ])('exit code %s, %j, %j', (code, stdout, stderr, expected) => {
    expect(answer(osascript(QUESTION), code, stdout, stderr)).toEqual(expected)
  })
})

describe('powershell', () => {
  it('gets the text in a variable, and a script without double quotes', () => {
    const { command, env } = powershell(HOSTILE)
    expect(command).toEqual(powershell(QUESTION).command)
    expect(command.join(' ')).not.toMatch(/"|my_work/)
    expect(command.at(-1)).toContain('InputBox($env:MFA_LOGIN_QUESTION, ')
    expect(env?.MFA_LOGIN_QUESTION).toContain('MFA code for my_work (GAHT12345678)')
  })

  test.each([
    [0, '123456\r\n', { kind: 'typed', text: '123456\r' }],
    [0, '\r\n', { kind: 'cancelled' }],
    [1, '', { kind: 'unable', why: 'exit code 1' }],
  ])('exit code %s, %j', (code, stdout, expected) => {
    expect(answer(powershell(QUESTION), code, stdout)).toEqual(expected)
  })
})

it('no dialog is given markup, escapes or characters that a locale may lack', () => {
  for (const { command, env } of [zenity, kdialog, osascript, powershell].map((of) =>
    of(HOSTILE),
  )) {
    const texts = [...command, ...Object.values(env ?? {})].filter((each) => each.includes('$(id)'))
    expect(texts).toHaveLength(1)
    expect(texts[0]).not.toMatch(/[<>&\\\u0007]|[^\n -~]/)
  }
})

describe('ykman', () => {
  const key = ykman({ name: 'aws', device: undefined })

  it('is asked for one account, of one key where that is named', () => {
    expect(key.command).toEqual(['ykman', 'oath', 'accounts', 'code', '--single', 'aws'])
    expect(ykman({ name: 'aws', device: '42' }).command.slice(0, 4)).toEqual([
      'ykman',
      '--device',
      '42',
      'oath',
    ])
  })

  it('is asked in the old words where it knows no others, once', () => {
    const usage = 'Usage: ykman oath [OPTIONS]\n\nError: No such command "accounts".\n'
    const first = answer(key, 2, '', usage)
    if (first.kind !== 'instead') throw new Error(first.kind)
    expect(first.asking.command).toEqual(['ykman', 'oath', 'code', '--single', 'aws'])
    expect(answer(first.asking, 2, '', usage).kind).toBe('unable')
  })

  test.each([
    [0, '123456\n', '', { kind: 'typed', text: '123456' }],
    [0, '1234\n', '', { kind: 'unable', why: 'it printed no six-digit code' }],
    // As ykman 4.0.9 says it.
    [
      1,
      '',
      'WARNING: PC/SC not available.\nError: No YubiKey detected!\n',
      { kind: 'unable', why: 'Error: No YubiKey detected!' },
    ],
  ])('exit code %s, %j, %j', (code, stdout, stderr, expected) => {
    expect(answer(key, code, stdout, stderr)).toEqual(expected)
  })
})

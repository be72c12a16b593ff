import { describe, expect, it, test } from 'vitest'
import {
  commandsFor,
  conversation,
  percentDecode,
  percentEncode,
  programInAgentConf,
} from '../../../src/mfa/prompts/pinentry.ts'
import type { CodeQuestion } from '../../../src/mfa/prompts/question.ts'

const QUESTION: CodeQuestion = {
  profile: 'work',
  serialNumber: 'arn:aws:iam::123456789012:mfa/alice',
  problem: undefined,
  seconds: 55,
}
const SETTINGS = { program: 'pinentry', tty: undefined, term: undefined, locale: undefined }

describe('percent encoding', () => {
  test.each([
    ['100%', '100%25'],
    ['two\nlines\r', 'two%0Alines%0D'],
    ['plain, a_b', 'plain, a_b'],
  ])('turns %j into %j and back', (text, line) => {
    expect(percentEncode(text)).toBe(line)
    expect(percentDecode(line)).toBe(text)
  })

  it('decodes complete escapes only', () => {
    expect(percentDecode('1%32%2')).toBe('12%2')
  })
})

describe('the commands', () => {
  it('ask for a code, then say goodbye', () => {
    expect(commandsFor(QUESTION, SETTINGS)).toEqual([
      'GETINFO flavor',
      'OPTION no-grab',
      'SETTITLE mfa-login',
      'SETDESC MFA code for work (arn:aws:iam::123456789012:mfa/alice)',
      'SETPROMPT Code:',
      'SETTIMEOUT 54',
      'GETPIN',
      'BYE',
    ])
  })

  it('name the terminal, and the problem in characters of every locale', () => {
    const settings = { ...SETTINGS, tty: '/dev/pts/7', term: 'xterm', locale: 'C' }
    const commands = commandsFor({ ...QUESTION, problem: 'The device’s 100% off\n–' }, settings)
    expect(commands.slice(1, 4)).toEqual([
      'OPTION ttyname=/dev/pts/7',
      'OPTION ttytype=xterm',
      'OPTION lc-ctype=C',
    ])
    expect(commands).toContain("SETERROR The device's 100%25 off ?")
  })

  it('are one line each, whatever the environment contains', () => {
    const settings = { ...SETTINGS, tty: '/dev/pts/7\nGETPIN', term: 'x\r\ny', locale: undefined }
    for (const line of commandsFor(QUESTION, settings)) expect(line).not.toMatch(/[\r\n]/)
  })

  it('stay below Assuan’s limit of 1000 bytes per line', () => {
    const commands = commandsFor({ ...QUESTION, problem: '%€'.repeat(600) }, SETTINGS)
    for (const line of commands) expect(Buffer.byteLength(line)).toBeLessThan(1000)
  })
})

/** Feeds the lines of a pinentry to the conversation. */
function play(lines: readonly string[], hasTerminal = false) {
  const talk = conversation(['GETINFO flavor', 'SETTITLE x', 'GETPIN', 'BYE'], hasTerminal)
  const replies = lines.map((line) => talk.onLine(line))
  return { replies, result: talk.result() }
}

describe('the conversation', () => {
  it('returns the code that was typed', () => {
    const said = ['OK Pleased to meet you', 'D gtk2', 'OK', 'OK', 'D 123%34', 'D 56', 'OK']
    const { replies, result } = play(said)
    expect(replies).toEqual([
      'GETINFO flavor',
      undefined,
      'SETTITLE x',
      'GETPIN',
      undefined,
      undefined,
      'BYE',
    ])
    expect(result).toEqual({ kind: 'typed', text: '123456' })
  })

  it('ignores refused options, comments and status lines, and declines inquiries', () => {
    const said = [
      'OK hi',
      'ERR 1 unknown',
      'S STATUS x',
      '# x',
      'ERR 2 no',
      'INQUIRE QUALITY',
      'D 1',
    ]
    const { replies } = play([...said, 'OK'])
    expect(replies).toEqual([
      'GETINFO flavor',
      'SETTITLE x',
      undefined,
      undefined,
      'GETPIN',
      'CAN',
      undefined,
      'BYE',
    ])
  })

  const resultOf = (line: string) => play(['OK', 'OK', 'OK', line]).result

  // The numbers are libgpg-error’s, from pinentry (5 << 24); the texts are those of pinentry 1.2.1.
  test.each([
    ['ERR 83886179 Operation cancelled <Pinentry>', { kind: 'cancelled' }],
    ['ERR 83886278 Operation fully cancelled <Pinentry>', { kind: 'cancelled' }],
    ['ERR 83886194 Not confirmed <Pinentry>', { kind: 'cancelled' }],
    ['ERR 83886142 Timeout <Pinentry>', { kind: 'timed-out' }],
    [
      'ERR 83918950 Inappropriate ioctl for device <Pinentry>',
      { kind: 'unavailable', reason: 'Inappropriate ioctl for device <Pinentry>' },
    ],
    ['ERR 83886200', { kind: 'unavailable', reason: 'error 83886200' }],
  ])('ends %s as %j', (line, result) => {
    expect(resultOf(line)).toEqual(result)
  })

  test.each([
    ['curses', false, 'BYE'],
    ['tty', false, 'BYE'],
    ['gtk2:curses', false, 'BYE'],
    ['curses', true, 'SETTITLE x'],
    ['gtk2', false, 'SETTITLE x'],
    ['mac', false, 'SETTITLE x'],
  ])('follows the flavor %s, with a terminal: %s, by %s', (flavor, hasTerminal, then) => {
    const { replies } = play(['OK', `D ${flavor}`, 'OK'], hasTerminal)
    expect(replies[2]).toBe(then)
  })

  it('says nothing more to a pinentry without window and terminal', () => {
    const { replies, result } = play(['OK', 'D tty', 'OK', 'OK closing connection'])
    expect(replies[3]).toBeUndefined()
    expect(result).toMatchObject({ kind: 'unavailable' })
  })

  it('has no result if the program ends early', () => {
    expect(play(['OK', 'OK']).result).toBeUndefined()
  })
})

test.each([
  ['pinentry-program /usr/bin/pinentry-gnome3\n', '/usr/bin/pinentry-gnome3'],
  ['# pinentry-program /no\n\n  pinentry-program\t"/opt/my pinentry"  \r\n', '/opt/my pinentry'],
  ['default-cache-ttl 600\n#pinentry-program /no\n', undefined],
  ['', undefined],
])('gpg-agent.conf %j names the program %s', (text, program) => {
  expect(programInAgentConf(text)).toBe(program)
})

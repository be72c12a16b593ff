import { describe, expect, it, test } from 'vitest'
import type { Question } from '../../../src/mfa/prompts/asking.ts'
import {
  commandsFor,
  conversation,
  escaped,
  programInAgentConf,
  unescaped,
} from '../../../src/mfa/prompts/pinentry.ts'

const QUESTION: Question = {
  profile: 'work',
  serialNumber: 'arn:aws:iam::123456789012:mfa/alice',
  problem: undefined,
  seconds: 55,
}
const PLACE = { program: 'pinentry', tty: undefined, term: undefined, locale: undefined }

describe('Assuan', () => {
  test.each([
    ['100%', '100%25'],
    ['two\nlines\r', 'two%0Alines%0D'],
    ['plain, a_b', 'plain, a_b'],
  ])('%j goes as %j and comes back', (text, line) => {
    expect(escaped(text)).toBe(line)
    expect(unescaped(line)).toBe(text)
  })

  it('decodes only what is encoded', () => {
    expect(unescaped('1%32%2')).toBe('12%2')
  })
})

describe('the commands', () => {
  it('ask for a code, then leave', () => {
    expect(commandsFor(QUESTION, PLACE)).toEqual([
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

  it('name the terminal, and what was wrong in characters that every locale has', () => {
    const place = { ...PLACE, tty: '/dev/pts/7', term: 'xterm', locale: 'C' }
    const commands = commandsFor({ ...QUESTION, problem: 'The device’s 100% off\n–' }, place)
    expect(commands.slice(1, 4)).toEqual([
      'OPTION ttyname=/dev/pts/7',
      'OPTION ttytype=xterm',
      'OPTION lc-ctype=C',
    ])
    expect(commands).toContain("SETERROR The device's 100%25 off ?")
  })

  it('are one line each, whatever the environment holds', () => {
    const place = { ...PLACE, tty: '/dev/pts/7\nGETPIN', term: 'x\r\ny', locale: undefined }
    for (const line of commandsFor(QUESTION, place)) expect(line).not.toMatch(/[\r\n]/)
  })

  it('keep to Assuan’s 1000 bytes a line', () => {
    const commands = commandsFor({ ...QUESTION, problem: '%€'.repeat(600) }, PLACE)
    for (const line of commands) expect(Buffer.byteLength(line)).toBeLessThan(1000)
  })
})

/** Plays what a pinentry says against the conversation. */
function played(said: readonly string[], hasTerminal = false) {
  const talk = conversation(['GETINFO flavor', 'SETTITLE x', 'GETPIN', 'BYE'], hasTerminal)
  const replies = said.map((line) => talk.onLine(line))
  return { replies, answer: talk.answer() }
}

describe('the conversation', () => {
  it('gives the code that was typed', () => {
    const said = ['OK Pleased to meet you', 'D gtk2', 'OK', 'OK', 'D 123%34', 'D 56', 'OK']
    const { replies, answer } = played(said)
    expect(replies).toEqual([
      'GETINFO flavor',
      undefined,
      'SETTITLE x',
      'GETPIN',
      undefined,
      undefined,
      'BYE',
    ])
    expect(answer).toEqual({ kind: 'typed', text: '123456' })
  })

  it('passes over refused settings, comments, status lines, and declines inquiries', () => {
    const said = [
      'OK hi',
      'ERR 1 unknown',
      'S STATUS x',
      '# x',
      'ERR 2 no',
      'INQUIRE QUALITY',
      'D 1',
    ]
    const { replies } = played([...said, 'OK'])
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

  const answered = (line: string) => played(['OK', 'OK', 'OK', line]).answer

  // The numbers are libgpg-error’s, from pinentry (5 << 24); the words are as pinentry 1.2.1 says them.
  test.each([
    ['ERR 83886179 Operation cancelled <Pinentry>', { kind: 'cancelled' }],
    ['ERR 83886278 Operation fully cancelled <Pinentry>', { kind: 'cancelled' }],
    ['ERR 83886194 Not confirmed <Pinentry>', { kind: 'cancelled' }],
    ['ERR 83886142 Timeout <Pinentry>', { kind: 'late' }],
    [
      'ERR 83918950 Inappropriate ioctl for device <Pinentry>',
      { kind: 'unable', why: 'Inappropriate ioctl for device <Pinentry>' },
    ],
    ['ERR 83886200', { kind: 'unable', why: 'error 83886200' }],
  ])('%s', (line, answer) => {
    expect(answered(line)).toEqual(answer)
  })

  test.each([
    ['curses', false, 'BYE'],
    ['tty', false, 'BYE'],
    ['gtk2:curses', false, 'BYE'],
    ['curses', true, 'SETTITLE x'],
    ['gtk2', false, 'SETTITLE x'],
    ['mac', false, 'SETTITLE x'],
  ])('%s, with a terminal: %s', (flavour, hasTerminal, then) => {
    const { replies } = played(['OK', `D ${flavour}`, 'OK'], hasTerminal)
    expect(replies[2]).toBe(then)
  })

  it('says no more after a pinentry with no place to ask', () => {
    const { replies, answer } = played(['OK', 'D tty', 'OK', 'OK closing connection'])
    expect(replies[3]).toBeUndefined()
    expect(answer).toMatchObject({ kind: 'unable' })
  })

  it('has no answer where the program leaves early', () => {
    expect(played(['OK', 'OK']).answer).toBeUndefined()
  })
})

test.each([
  ['pinentry-program /usr/bin/pinentry-gnome3\n', '/usr/bin/pinentry-gnome3'],
  ['# pinentry-program /no\n\n  pinentry-program\t"/opt/my pinentry"  \r\n', '/opt/my pinentry'],
  ['default-cache-ttl 600\n#pinentry-program /no\n', undefined],
  ['', undefined],
])('gpg-agent.conf %j: %s', (text, program) => {
  expect(programInAgentConf(text)).toBe(program)
})

/** Questions at a terminal: which keys they take, and what they show. */
import { describe, expect, it, test } from 'vitest'
import { noneOnWindows } from '../support/not-on-windows.ts'
import { screenOf } from '../support/screen.ts'
import {
  PROGRAM,
  sandbox,
  type Sandbox,
  type TerminalRun,
  type Window,
} from '../support/sandbox.ts'

// Each test compares what stty says before and after.
noneOnWindows('POSIX terminal')

const QUESTION = 'MFA code for work'
const LOGIN = ['--profile', 'work']
const STORE = ['keys', 'store', '--profile', 'new']

function running(box: Sandbox, words: readonly string[], window: Window = {}): TerminalRun {
  const line = [process.execPath, PROGRAM, ...words].join(' ')
  return box.terminal(
    `before=$(stty -g); ${line}; echo "exit $?"; after=$(stty -g); [ "$before" = "$after" ] && echo restored || echo "changed from $before to $after"`,
    window,
  )
}

async function ended(run: TerminalRun): Promise<string> {
  await run.exit
  expect(run.screen).toContain('restored')
  return /exit (\d+)/.exec(run.screen)?.[1] ?? ''
}

const KEYS = [
  ['F1', '\u001BOP'],
  ['F5', '\u001B[15~'],
  ['Insert', '\u001B[2~'],
  ['the focus coming and going', '\u001B[I\u001B[O'],
  ['a key with Alt', '\u001Ba'],
  ['a click of the mouse', '\u001B[<0;10;5M\u001B[<0;10;5m'],
  ['a report of the terminal', '\u001B]11;rgb:1e1e/1e1e/1e1e\u0007'],
  ['marks around pasted text', '\u001B[200~\u001B[201~'],
  ['Ctrl-Z', '\u001A'],
  ['a byte that is no text', '\uFFFD'],
] as const

describe.each(KEYS)('%s', (_, keys) => {
  it('does nothing at a question about yes or no', async () => {
    const box = await sandbox()
    const run = running(box, ['setup', ...LOGIN])
    await run.answer('Make this change?', `${keys}n\r`)
    expect(await ended(run)).toBe('130')
    expect(run.screen).not.toMatch(/at .*\.cjs|undefined|defect/)
  })

  it('is not part of a code or a secret', async () => {
    const box = await sandbox()
    const run = running(box, LOGIN)
    const [first, ...rest] = box.code()
    await run.answer(QUESTION, `${keys}${first!}${keys}${rest.join('')}${keys}\r`)
    expect(await ended(run)).toBe('0')
    const store = running(box, STORE)
    await store.answer('Access key ID', `${keys}${box.key.accessKeyId}${keys}\r`)
    await store.answer('Secret access key', `${keys}short${keys}\r`)
    await store.answer('Secret access key', '\u0003', 2)
    expect(await ended(store)).toBe('130')
    expect(store.screen).not.toContain('undefined')
  })
})

describe.each([
  ['Escape', '\u001B'],
  ['Ctrl-D', '\u0004'],
  ['Ctrl-C', '\u0003'],
])('%s', (_, key) => {
  it('cancels every kind of question', async () => {
    const box = await sandbox()
    const code = running(box, LOGIN)
    await code.answer(QUESTION, key)
    expect(await ended(code)).toBe('130')
    const yesOrNo = running(box, ['setup', ...LOGIN])
    await yesOrNo.answer('Make this change?', key)
    expect(await ended(yesOrNo)).toBe('130')
    box.write('config', '[profile work]\nregion = eu-west-1\n')
    box.user.devices.push({ ...box.device, serialNumber: `${box.device.serialNumber}-phone` })
    const choice = running(box, LOGIN)
    await choice.answer('Which MFA device?', key)
    expect(await ended(choice)).toBe('130')
    expect(box.calls()).toEqual([])
    // Nothing stands behind a canceled question, as if it were the answer.
    expect(await screenOf(yesOrNo.screen, 200)).toContain('✖ Make this change? …')
    expect(await screenOf(choice.screen, 200)).toContain('✖ Which MFA device? ›')
  })
})

describe('a code', () => {
  test.each([
    ['with a blank', (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`],
    ['with a no-break space', (code: string) => `${code.slice(0, 3)}\u00A0${code.slice(3)}`],
    ['with an en dash', (code: string) => `${code.slice(0, 3)}\u2013${code.slice(3)}`],
    [
      'in full-width digits',
      (code: string) => code.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
    ],
    [
      'from the application keypad',
      (code: string) => code.replace(/\d/g, (digit) => `\u001BO${'pqrstuvwxy'[Number(digit)]!}`),
    ],
    ['after Ctrl-U', (code: string) => `999\u0015${code}`],
    ['before Ctrl-K', (code: string) => `${code}999\u001B[D\u001B[D\u001B[D\u000B`],
    ['after Ctrl-W', (code: string) => `12 34\u0017\u0017${code}`],
    ['with the cursor moved', (code: string) => `${code.slice(1)}\u0001${code[0]!}\u0005`],
  ])('%s is taken', async (_, typed) => {
    const box = await sandbox()
    const run = running(box, LOGIN)
    await run.answer(QUESTION, `${typed(box.code())}\r`)
    expect(await ended(run)).toBe('0')
    expect(box.calls()).toEqual(['OK'])
  })

  it('that is wrong gets no check mark, and neither does one that AWS refuses', async () => {
    const box = await sandbox()
    const run = running(box, LOGIN)
    await run.answer(QUESTION, '12O456\r')
    await run.waitFor('A code has six digits. This has "O" in it.')
    await run.answer(QUESTION, '000001\r', 3)
    await run.waitFor('The code was not accepted')
    await run.answer(QUESTION, '\u0003', 5)
    expect(await ended(run)).toBe('130')
    expect(run.screen).not.toContain('✔')
  })
})

describe('yes or no', () => {
  it.each(['y', 'y\r', 'yes\r', 'Y\n'])(
    'is answered by %j, and nothing of it answers the next question',
    async (yes) => {
      const box = await sandbox()
      box.write('config', '[profile work]\nregion = eu-west-1\n')
      const line = [process.execPath, PROGRAM, 'setup', ...LOGIN].join(' ')
      const run = box.terminal(`${line}; ${line} --undo; echo "exit $?"`)
      await run.answer('Make this change?', yes)
      await run.waitFor('Make this change?', 3)
      await new Promise((resolve) => setTimeout(resolve, 900))
      expect(run.screen).not.toContain('exit')
      run.type('n\r')
      await run.waitFor('exit 130')
    },
  )
})

it('lines that are pasted at once answer one question each', async () => {
  const box = await sandbox()
  const run = running(box, STORE)
  const { accessKeyId, secretAccessKey } = box.key
  await run.answer('Access key ID', `${accessKeyId}\r\n${secretAccessKey}\r\n`)
  await ended(run)
  const stars = '*'.repeat(secretAccessKey.length)
  expect(await screenOf(run.screen, 200)).toContain(`✔ Secret access key … ${stars}`)
  expect(run.screen).not.toContain(secretAccessKey)
})

describe('without escape sequences (TERM=dumb)', () => {
  const DUMB = { term: 'dumb' }

  it('asks for a code, and for it again', async () => {
    const box = await sandbox()
    const code = box.code()
    const run = running(box, LOGIN, DUMB)
    await run.answer(QUESTION, '12\u007F3O\r')
    await run.answer('This has "O" in it.', `999\u0015${code}\r`)
    expect(await ended(run)).toBe('0')
    expect(run.screen).not.toContain('\u001B')
    expect(await screenOf(run.screen)).toContain(
      `MFA code for work (${box.device.serialNumber}): ${code}`,
    )
  })

  it('numbers choices', async () => {
    const box = await sandbox()
    const { serialNumber } = box.device
    box.user.devices.push({ ...box.device, serialNumber: `${serialNumber}-phone` })
    const run = running(box, LOGIN, DUMB)
    await run.answer('Which MFA device? (1-2):', '3\r')
    await run.answer('Which MFA device? (1-2):', '2\r', 2)
    await run.answer(`MFA code for work (${serialNumber}-phone)`, '\u0003')
    expect(await ended(run)).toBe('130')
    const rows = await screenOf(run.screen, 200)
    expect(rows).toEqual(expect.arrayContaining([`1. ${serialNumber}`, `2. ${serialNumber}-phone`]))
    expect(run.screen).not.toContain('\u001B')
  })

  it('asks for yes or no, and hides a secret', async () => {
    const box = await sandbox()
    const run = running(box, ['setup', ...LOGIN], DUMB)
    await run.answer('Make this change? (y/N)', 'n\r')
    expect(await ended(run)).toBe('130')
    const store = running(box, STORE, DUMB)
    await store.answer('Access key ID', `${box.key.accessKeyId}\r`)
    await store.answer('Secret access key', `${box.key.secretAccessKey}\r`)
    await ended(store)
    expect(`${run.screen}${store.screen}`).not.toContain('\u001B')
    expect(store.screen).not.toContain(box.key.secretAccessKey)
  })
})

describe('in 20 columns', () => {
  const NARROW = { columns: 20 }
  const DOWN = '\u001B[B'
  /** The screen once nothing is drawn any more. */
  async function shown(run: TerminalRun): Promise<string[]> {
    for (let length = -1; length !== run.screen.length;) {
      length = run.screen.length
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    return (await screenOf(run.screen, 20)).filter((row) => row !== '')
  }
  const ASKED = ['MFA code for work', '(arn:aws:iam::1234', '56789012:mfa/alice']

  it('a question about a code is whole after every key', async () => {
    const box = await sandbox()
    const run = running(box, LOGIN, NARROW)
    await run.answer('mfa/', '1234567890123456789')
    const [first, ...more] = ASKED
    expect(await shown(run)).toEqual([`? ${first!}`, ...more, ') › 567890123456789'])
    run.type('\u0015999\r')
    const refused = [`✖ ${first!}`, ...more, ') … 999', 'A code has six', 'digits. This has 3.']
    expect(await shown(run)).toEqual([...refused, `? ${first!}`, ...more, ') ›'])
    run.type(`${box.code()}\r`)
    expect(await ended(run)).toBe('0')
  })

  it('a question after the window became that narrow fits, and so does a countdown', async () => {
    const box = await sandbox()
    box.freshStep(8000)
    const used = box.code(-1)
    expect((await box.run([...LOGIN, '--token-code', used])).code).toBe(0)
    const run = running(box, [...LOGIN, '--force'], { columns: 80 })
    await run.answer(QUESTION, '')
    const before = run.screen.length
    run.resize(NARROW)
    await new Promise((resolve) => setTimeout(resolve, 300))
    box.nearEndOfStep()
    run.type(`${used}\r`)
    await run.waitFor('\r1 s ')
    await run.waitFor('56789012:mfa/alice')
    const rows = await shown(run)
    expect(run.screen.slice(before)).toContain('That code has been\r\nused; the next one')
    expect(rows.slice(-4)).toEqual([`? ${ASKED[0]!}`, ...ASKED.slice(1), ') ›'])
    run.kill()
  })

  it('a question about yes or no is whole, with its answer', async () => {
    const box = await sandbox()
    const run = running(box, ['keys', 'remove', ...LOGIN], NARROW)
    await run.waitFor('(y/N)')
    const rows = await shown(run)
    const at = rows.findIndex((row) => row.startsWith('?'))
    const asked = rows
      .slice(at)
      .join(' ')
      .replace(/^\? | ›.*/g, '')
    expect(asked).toContain('Remove the keys')
    expect(rows.at(-1)).toContain('› (y/N)')
    run.type('\u001B[15~n\r')
    await run.waitFor('✔')
    const answered = (await shown(run)).slice(at).join(' ')
    expect(answered.startsWith(`✔ ${asked} … no`)).toBe(true)
    expect(await ended(run)).toBe('130')
  })

  it('choices are whole, the chosen one is marked, and the answer is too', async () => {
    const box = await sandbox()
    box.user.devices.push({ ...box.device, serialNumber: `${box.device.serialNumber}-phone` })
    const run = running(box, LOGIN, NARROW)
    await run.answer('Which MFA device?', DOWN.repeat(3))
    const device = ['arn:aws:iam::123', '456789012:mfa/al', 'ice']
    const choices = (one: string, other: string): string[] => [
      `${one}   ${device[0]!}`,
      ...device.slice(1).map((row) => `    ${row}`),
      `${other}   ${device[0]!}`,
      `    ${device[1]!}`,
      '    ice-phone',
    ]
    expect(await shown(run)).toEqual(['? Which MFA device?', ' ›', ...choices(' ', '❯')])
    run.type('\r')
    await run.waitFor('MFA code')
    expect((await shown(run)).slice(0, 4)).toEqual([
      '✔ Which MFA device?',
      ` › ${device[0]!}`,
      `    ${device[1]!}`,
      '    ice-phone',
    ])
    run.kill()
  })
})

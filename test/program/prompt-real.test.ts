/** The real programs that ask for a code: pinentry on a terminal, zenity and kdialog on a display, ykman without a key. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { answers, program, runsOf } from '../support/asking.ts'
import { startDisplay } from '../support/display.ts'
import { has } from '../support/programs.ts'
import { sandbox, type Sandbox, type TerminalRun } from '../support/sandbox.ts'

const SERVE = ['credential-process', '--profile', 'work']

const isThere = (name: string): boolean => has('sh', '-c', `command -v ${name}`)

/** A second terminal, and the environment that names it. */
async function otherTerminal(
  box: Sandbox,
): Promise<{ screen: TerminalRun; env: Record<string, string> }> {
  const screen = box.terminal('tty; exec sleep 60')
  await screen.waitFor('\n')
  const [tty = ''] = /\/dev\/\S+/.exec(screen.screen) ?? []
  return { screen, env: { GPG_TTY: tty, TERM: 'xterm' } }
}

/** STS fails once, with a message full of markup and escape sequences. */
function hostileAnswer(box: Sandbox): void {
  const message = '%0A 1% <b>&amp; \\n \u001B]0;owned\u0007\u009B2J\u202E'
  box.aws.faults.next.push({
    kind: { refuse: 'Unheard', status: 500, message },
    action: 'GetSessionToken',
  })
}

describe.each([
  // Tab moves from the entry to OK, then to Cancel.
  ['pinentry-curses', '\t\t\r'],
  ['pinentry-tty', undefined],
])('the real %s on another terminal', (name, cancel) => {
  const can = it.skipIf(!isThere(name))

  can('asks, shows why a code was refused, and takes the next one', async () => {
    const box = await sandbox()
    program(box, 'pinentry', 'exit 9')
    const { screen, env } = await otherTerminal(box)
    const running = box.run(SERVE, { env: { ...env, PINENTRY_PROGRAM: name } })
    await screen.answer('Code:', '000001\r')
    await screen.waitFor("the device's clock is off")
    expect(screen.screen.replace(/\u001B\[[\d;]*[A-Za-z]/g, ' ')).toContain(
      'The code was not accepted',
    )
    await screen.answer('Code:', `${box.code()}\r`, 2)
    expect(await running).toMatchObject({ code: 0, stderr: '' })
    expect(screen.screen).toContain('MFA code for work')
    expect(screen.screen).not.toContain(box.code())
    screen.kill()
  })

  can('shows the words of AWS unchanged', async () => {
    const box = await sandbox()
    hostileAnswer(box)
    const { screen, env } = await otherTerminal(box)
    const running = box.run(SERVE, { env: { ...env, PINENTRY_PROGRAM: name } })
    box.freshStep()
    await screen.answer('Code:', `${box.code(-1)}\r`)
    await screen.waitFor('%0A')
    await screen.answer('Code:', `${box.code()}\r`, 2)
    expect((await running).code).toBe(0)
    expect(screen.screen).not.toMatch(/\u001B\]0;owned|\u202E|\u009B/)
    screen.kill()
  })

  can('ends by itself after its time limit', async () => {
    const box = await sandbox()
    const { screen, env } = await otherTerminal(box)
    const short = { ...env, PINENTRY_PROGRAM: name, MFA_LOGIN_PROMPT_TIMEOUT: '3' }
    const { code, stderr } = await box.run(SERVE, { env: short })
    expect(stderr).toContain('Within 3 s nobody gave an MFA code')
    expect(code).toBe(130)
    screen.kill()
  })

  it.skipIf(!isThere(name) || cancel === undefined)('can be cancelled', async () => {
    const box = await sandbox()
    const { screen, env } = await otherTerminal(box)
    const running = box.run(SERVE, { env: { ...env, PINENTRY_PROGRAM: name } })
    await screen.answer('Code:', cancel ?? '')
    expect((await running).code).toBe(130)
    screen.kill()
  })

  can('does not draw on a terminal if there is a display, unless it is chosen', async () => {
    const box = await sandbox()
    box.write('../.gnupg/gpg-agent.conf', `pinentry-program ${name}\n`)
    program(box, 'pinentry', 'exit 9')
    program(box, 'zenity')
    box.freshStep()
    answers(box, box.code(-1))
    const { screen, env } = await otherTerminal(box)
    const both = { ...env, DISPLAY: ':99' }
    expect((await box.run(SERVE, { env: both })).code).toBe(0)
    expect(runsOf(box, 'zenity')).toHaveLength(1)
    expect(screen.screen).not.toContain('Code:')
    const login = ['--profile', 'work', '--force', '--prompt', 'pinentry']
    const running = box.run(login, { env: both })
    await screen.answer('Code:', `${box.code()}\r`)
    expect((await running).code).toBe(0)
    screen.kill()
  })

  can('is skipped if its terminal was closed', async () => {
    const box = await sandbox()
    const env = { GPG_TTY: '/dev/pts/98765', PINENTRY_PROGRAM: name }
    const { code, stderr } = await box.run(SERVE, { env })
    expect(stderr).toContain('pinentry (it shows no window, and it got no terminal (GPG_TTY))')
    expect(code).toBe(6)
  })
})

const XVFB = isThere('Xvfb') && isThere('xdotool')

describe.each(['zenity', 'kdialog'])('the real %s on a display', (name) => {
  const can = it.skipIf(!XVFB || !isThere(name))

  can('asks again after a wrong code and accepts the right one', async () => {
    const box = await sandbox()
    const display = await startDisplay()
    const env = { DISPLAY: display.name, MFA_LOGIN_PROMPT: name }
    const running = box.run(SERVE, { env })
    await display.answer('000001', 'Return')
    await display.answer(box.code(), 'Return')
    const { code, stdout, stderr } = await running
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toHaveProperty('SessionToken')
    expect(box.calls()).toEqual(['AccessDenied', 'OK'])
  })

  can('reads no word of AWS as markup', async () => {
    const box = await sandbox()
    hostileAnswer(box)
    const display = await startDisplay()
    const real = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim()
    program(box, name, `exec ${real} "$@" 2>>"$HOME/stderr"`)
    const running = box.run(SERVE, { env: { DISPLAY: display.name, MFA_LOGIN_PROMPT: name } })
    box.freshStep()
    await display.answer(box.code(-1), 'Return')
    await display.answer(box.code(), 'Return')
    expect((await running).code).toBe(0)
    const [, second = ''] = runsOf(box, name)
    expect(second).toContain('%0A 1%  b  amp;')
    // The message of GTK is "Failed to set text from markup".
    expect(readFileSync(`${box.home}/stderr`, 'utf8')).not.toMatch(/markup/i)
  })

  can('can be cancelled', async () => {
    const box = await sandbox()
    const display = await startDisplay()
    const running = box.run(SERVE, { env: { DISPLAY: display.name, MFA_LOGIN_PROMPT: name } })
    await display.answer('12', 'Escape')
    expect((await running).code).toBe(130)
    expect(box.calls()).toEqual([])
  })

  can('is closed after its time limit', async () => {
    const box = await sandbox()
    const display = await startDisplay()
    const env = {
      DISPLAY: display.name,
      MFA_LOGIN_PROMPT: name,
      MFA_LOGIN_PROMPT_TIMEOUT: '15',
    }
    const running = box.run(SERVE, { env })
    await display.dialog()
    const { code, stderr } = await running
    expect(stderr).toContain('Within 15 s nobody gave an MFA code')
    expect(code).toBe(130)
    await display.gone()
  })

  can('cannot be used on a display that does not exist', async () => {
    const box = await sandbox()
    const env = { DISPLAY: ':987', MFA_LOGIN_PROMPT: name }
    const { code, stderr } = await box.run(SERVE, { env })
    expect(stderr).toMatch(new RegExp(`The prompt ${name} cannot be used: .*display`))
    expect(code).toBe(6)
  })
})

it.skipIf(!XVFB || !isThere('zenity') || !isThere('pinentry-curses'))(
  'without a choice, zenity asks if pinentry has no window',
  async () => {
    const box = await sandbox()
    const display = await startDisplay()
    const env = { DISPLAY: display.name, PINENTRY_PROGRAM: 'pinentry-curses' }
    const running = box.run(SERVE, { env })
    await display.answer(box.code(), 'Return')
    expect((await running).code).toBe(0)
  },
)

it.skipIf(!isThere('ykman'))('the real ykman reports that there is no key', async () => {
  const box = await sandbox()
  const { code, stderr } = await box.run([...SERVE, '--prompt', 'ykman'])
  expect(stderr).toContain('The prompt ykman cannot be used: Error: No YubiKey detected!')
  expect(code).toBe(6)
})

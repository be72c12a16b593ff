/** Asking for a code without a terminal, or in another way than at the terminal. */
import { appendFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it, test } from 'vitest'
import { noneOnWindows } from '../support/not-on-windows.ts'
import { answers, program, runsOf } from '../support/asking.ts'
import { PROGRAM, sandbox } from '../support/sandbox.ts'

noneOnWindows('programs of Linux')

const SERVE = ['credential-process', '--profile', 'work']
const ARN = 'arn:aws:iam::123456789012:mfa/alice'
const X11 = { DISPLAY: ':99' }

describe('without a way to ask', () => {
  it('one line names each prompt with the reason, and how to fix it', async () => {
    const box = await sandbox()
    const { code, stdout, stderr } = await box.run(SERVE)
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' })
    expect(stderr).toBe(
      'mfa-login: The session of profile work needs an MFA code, and there is no way to ask for it: ' +
        'terminal (none here); pinentry (no DISPLAY, WAYLAND_DISPLAY or GPG_TTY); ' +
        'zenity, kdialog (no DISPLAY or WAYLAND_DISPLAY). ' +
        'Try: mfa-login --profile work in a terminal, or set mfa_process or MFA_LOGIN_PROMPT\n',
    )
  })

  it('a display that does not exist is skipped', async () => {
    const box = await sandbox()
    program(box, 'kdialog', 'echo "could not connect to display" >&2; exit 134')
    const env = { DISPLAY: ':987', PINENTRY_PROGRAM: '/nowhere/pinentry' }
    const { code, stderr } = await box.run(SERVE, { env })
    expect(code).toBe(6)
    expect(stderr).toContain('pinentry')
    expect(stderr).toContain('kdialog (could not connect to display)')
  })

  test.each([
    ['zenity', 'no DISPLAY or WAYLAND_DISPLAY'],
    ['kdialog', 'no DISPLAY or WAYLAND_DISPLAY'],
    ['pinentry', 'no DISPLAY, WAYLAND_DISPLAY or GPG_TTY'],
    ['terminal', 'none here'],
    ['osascript', 'not installed'],
    ['powershell', 'not installed'],
  ])('a chosen %s fails with the reason %s, and nothing else is tried', async (name, reason) => {
    const box = await sandbox()
    program(box, 'ykman')
    const env = { YKMAN_OATH_CREDENTIAL_NAME: 'aws' }
    const { code, stderr } = await box.run([...SERVE, '--prompt', name], { env })
    expect(stderr).toContain(`The prompt ${name} cannot be used: ${reason}.`)
    const others = ['ykman', 'terminal'].filter((each) => each !== name).join(', ')
    expect(stderr).toContain(`Try: another one with --prompt or MFA_LOGIN_PROMPT: ${others}\n`)
    expect(code).toBe(6)
    expect(runsOf(box, 'ykman')).toEqual([])
  })

  test.each([
    [[...SERVE, '--prompt', 'zenit'], {}],
    [['exec', '--prompt', 'zenit', '--', process.execPath, '--version'], {}],
    [SERVE, { MFA_LOGIN_PROMPT: 'zenit' }],
  ])('%j with %j fails and names the prompts', async (args, env) => {
    const box = await sandbox()
    const { code, stderr } = await box.run(args, { env })
    expect(code).toBe(2)
    expect(stderr).toContain('There is no prompt "zenit".')
    expect(stderr).toContain('ykman, powershell, terminal, pinentry, zenity, kdialog, osascript')
  })
})

describe('--debug', () => {
  it('names the prompt that is used, why others are not, the device and the programs, but no code', async () => {
    const box = await sandbox()
    program(box, 'kdialog')
    const code = box.code()
    answers(box, code)
    appendFileSync(box.path('config'), `mfa_serial = ${ARN}\n`)
    const env = { ...X11, PINENTRY_PROGRAM: '/nowhere/pinentry', PATH: `${box.home}/bin:/bin` }
    const { stdout, stderr } = await box.run([...SERVE, '--debug'], { env })
    for (const words of [
      `MFA device ${ARN}: from mfa_serial`,
      'prompt terminal is not available: none here',
      'uses the prompt pinentry, the first that seems to work here',
      'prompt pinentry is not available: not installed',
      'uses the prompt kdialog, the first that seems to work here',
      'kdialog ended with exit code 0',
    ])
      expect(stderr).toContain(words)
    expect(stderr).toMatch(/ locked \S+ after \d+ ms/)
    expect(stdout + stderr).not.toContain(code)
  })
})

describe('the choice of a prompt', () => {
  test.each([
    ['login', ['login', '--profile', 'work']],
    ['credential-process', SERVE],
    ['exec', ['exec', '--profile', 'work', '--', process.execPath, '--version']],
    ['env', ['env', '--profile', 'work']],
    ['use', ['use', 'work', '--shell', 'bash']],
  ])('in --prompt wins over the variable: %s', async (name, args) => {
    const box = await sandbox()
    program(box, 'kdialog')
    answers(box, box.code())
    const at = args.indexOf('--')
    const own = ['--prompt', 'kdialog']
    const all = at < 0 ? [...args, ...own] : [...args.slice(0, at), ...own, ...args.slice(at)]
    const env = { ...X11, MFA_LOGIN_PROMPT: 'zenity' }
    const { code, stderr } = await box.run(all, { env })
    expect(code, stderr).toBe(0)
    const question = `MFA code for work (${ARN})`
    expect(runsOf(box, 'kdialog')).toEqual([`<--title><mfa-login><--inputbox><${question}`])
    expect(name).toBe(args[0])
  })

  it('in the variable works for commands that need an MFA session first', async () => {
    const box = await sandbox()
    program(box, 'kdialog')
    answers(box, box.code())
    const env = { ...X11, MFA_LOGIN_PROMPT: 'kdialog' }
    const args = ['policy', 'verify', '--profile', 'work']
    expect((await box.run(args, { env })).stderr).not.toContain('no way to ask')
    expect(runsOf(box, 'kdialog')).toHaveLength(1)
  })

  it('in --prompt wins over mfa_process, which wins over the variable', async () => {
    const box = await sandbox()
    program(box, 'kdialog')
    answers(box, '123')
    appendFileSync(box.path('config'), 'mfa_process = echo nothing\n')
    const env = { ...X11, MFA_LOGIN_PROMPT: 'kdialog' }
    for (const args of [SERVE, [...SERVE, '--prompt', 'auto']]) {
      const { stderr } = await box.run(args, { env })
      expect(stderr).toContain('The command in mfa_process did not print')
    }
    expect(runsOf(box, 'kdialog')).toEqual([])
    answers(box, box.code())
    expect((await box.run([...SERVE, '--prompt', 'kdialog'], { env })).code).toBe(0)
  })

  it('of another prompt shows nothing on the terminal', async () => {
    const box = await sandbox()
    program(box, 'kdialog')
    answers(box, box.code())
    box.env.DISPLAY = ':99'
    const run = box.terminal(`${process.execPath} ${PROGRAM} --profile work --prompt kdialog`)
    expect(await run.exit).toBe(0)
    expect(run.screen).not.toContain('MFA code for work')
  })
})

describe('ykman, played by a script', () => {
  const NAMED = { YKMAN_OATH_CREDENTIAL_NAME: 'AWS:alice' }

  it('is not used if no account is named', async () => {
    const box = await sandbox()
    program(box, 'ykman')
    const run = box.terminal(`${process.execPath} ${PROGRAM} ${SERVE.join(' ')}`)
    await run.answer('MFA code for work', `${box.code()}\r`)
    expect(await run.exit).toBe(0)
    expect(runsOf(box, 'ykman')).toEqual([])
  })

  it('is used first if an account is named, in the profile before the variable', async () => {
    const box = await sandbox()
    program(box, 'ykman', 'echo "Touch your YubiKey..." >&2; cat "$HOME/answers"')
    box.freshStep()
    answers(box, box.code(-1))
    Object.assign(box.env, NAMED)
    const run = box.terminal(`${process.execPath} ${PROGRAM} ${SERVE.join(' ')} >/dev/null 2>&1`)
    expect(await run.exit).toBe(0)
    // On the terminal, because SDKs hide stderr.
    expect(run.screen).toContain('Touch your YubiKey...')
    box.write('config', '[profile work]\nregion = eu-west-1\nykman_oath_credential_name = other\n')
    answers(box, box.code())
    const env = { YKMAN_OATH_DEVICE_SERIAL: '4711' }
    expect((await box.run(['--profile', 'work', '--force'], { env })).code).toBe(0)
    expect(runsOf(box, 'ykman')).toEqual([
      '<oath><accounts><code><--single><AWS:alice',
      '<--device><4711><oath><accounts><code><--single><other',
    ])
  })

  it('is asked for the serial number if it is chosen without an account, with the old command too', async () => {
    const box = await sandbox()
    const old =
      'if [ $2 = accounts ]; then echo "Error: No such command \'accounts\'." >&2; exit 2; fi'
    program(box, 'ykman', `${old}; cat "$HOME/answers"`)
    answers(box, box.code())
    expect((await box.run([...SERVE, '--prompt', 'ykman'])).code).toBe(0)
    expect(runsOf(box, 'ykman')).toEqual([
      `<oath><accounts><code><--single><${ARN}`,
      `<oath><code><--single><${ARN}`,
    ])
  })

  it('is skipped without a key, unless it is chosen', async () => {
    const box = await sandbox()
    program(box, 'ykman', 'echo "Error: No YubiKey detected!" >&2; exit 1')
    const chosen = await box.run([...SERVE, '--prompt', 'ykman'])
    expect(chosen).toMatchObject({ code: 6, stdout: '' })
    expect(chosen.stderr).toContain('The prompt ykman cannot be used: Error: No YubiKey detected!')
    Object.assign(box.env, NAMED)
    const run = box.terminal(`${process.execPath} ${PROGRAM} ${SERVE.join(' ')}`)
    await run.answer('MFA code for work', `${box.code()}\r`)
    expect(await run.exit).toBe(0)
  })
})

describe('at a terminal', () => {
  it('credential-process ends after its time limit, a login does not', async () => {
    const box = await sandbox()
    box.env.MFA_LOGIN_PROMPT_TIMEOUT = '2'
    const served = box.terminal(`${process.execPath} ${PROGRAM} ${SERVE.join(' ')}`)
    expect(await served.exit).toBe(130)
    expect(served.screen).toContain('MFA code for work')
    expect(served.screen).toContain('Within 2 s nobody gave an MFA code')
    const login = box.terminal(`${process.execPath} ${PROGRAM} --profile work`)
    await login.waitFor('MFA code for work')
    await pause(3000)
    login.type(`${box.code()}\r`)
    expect(await login.exit).toBe(0)
  })

  it('Ctrl-C cancels before the time limit', async () => {
    const box = await sandbox()
    const served = box.terminal(`${process.execPath} ${PROGRAM} ${SERVE.join(' ')}`)
    await served.answer('MFA code for work', '\u0003')
    expect(await served.exit).toBe(130)
    expect(served.screen).toContain('Canceled')
  })
})

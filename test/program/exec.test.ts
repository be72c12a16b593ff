import { chmodSync } from 'node:fs'
import { delimiter } from 'node:path'
import { describe, expect, it } from 'vitest'
import { notOnWindows } from '../support/not-on-windows.ts'
import { COMMAND, sandbox, PROGRAM, outcomeOf, type Sandbox } from '../support/sandbox.ts'
import { envOf, isWindows, loggedIn, PRINT, textOn } from '../support/session.ts'

const EXEC = ['exec', '--profile', 'work', '--']
/** A program without arguments that does no harm. */
const TRUE = isWindows ? 'hostname' : 'true'

/** A folder with an `echo` that takes every option for text. */
function bareEcho(box: Sandbox): string {
  box.write('bin/echo.cmd', '@echo %*\r\n')
  box.write('bin/echo', '#!/bin/sh\nprintf "%s\\n" "$*"\n')
  chmodSync(box.path('bin/echo'), 0o700)
  return `${box.path('bin')}${delimiter}${box.env.PATH ?? ''}`
}

describe('exec', () => {
  it('passes the session and removes variables that would override it', async () => {
    const box = await loggedIn()
    const env = { AWS_PROFILE: 'other', AWS_SECURITY_TOKEN: 'old', AWS_ROLE_ARN: 'x', KEPT: 'yes' }
    const { code, stdout, stderr } = await box.run([...EXEC, process.execPath, '-e', PRINT], {
      env,
    })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const seen = envOf(stdout)
    expect(box.read('credentials')).toContain(
      `aws_session_token = ${seen.AWS_SESSION_TOKEN ?? ''}\n`,
    )
    expect(seen.AWS_ACCESS_KEY_ID).toMatch(/^ASIA/)
    expect(seen).toMatchObject({ AWS_REGION: 'eu-west-1', KEPT: 'yes', MFA_LOGIN_EXEC: 'work' })
    expect(seen.AWS_SESSION_EXPIRATION).toMatch(/Z$/)
    expect(seen.AWS_CREDENTIAL_EXPIRATION).toBe(seen.AWS_SESSION_EXPIRATION)
    for (const name of Object.keys(env).slice(0, 3)) expect(seen).not.toHaveProperty(name)
    expect(box.calls()).toEqual(['OK'])
  })

  it.each([
    [[], 'work'],
    [['--server'], undefined],
  ])(
    'with %j passes on nothing that describes the shell it was called in',
    async (options, profile) => {
      const box = await loggedIn()
      const ofEnv = envOf((await box.run(['env', '-p', 'work', '--shell', 'json'])).stdout)
      const env = {
        MFA_LOGIN_SHELL: 'fish',
        MFA_LOGIN_PROFILE: 'admin',
        MFA_LOGIN_ACCESS_KEY_ID: ofEnv.AWS_ACCESS_KEY_ID ?? '',
      }
      const words = ['exec', '-p', 'work', ...options, '--', process.execPath, '-e', PRINT]
      const { code, stdout } = await box.run(words, { env })
      expect(code).toBe(0)
      const { MFA_LOGIN_SHELL, MFA_LOGIN_PROFILE, MFA_LOGIN_ACCESS_KEY_ID, ...inside } =
        envOf(stdout)
      expect(MFA_LOGIN_SHELL).toBeUndefined()
      expect(MFA_LOGIN_PROFILE).toBe(profile)
      // Beside the server there are no keys.
      expect(MFA_LOGIN_ACCESS_KEY_ID).toBe(inside.AWS_ACCESS_KEY_ID)
      expect(inside).toHaveProperty('MFA_LOGIN_EXEC', 'work')
    },
  )

  it('passes on the arguments of the command unchanged, with and without --', async () => {
    const box = await loggedIn()
    const words = [
      '-e',
      'console.log(process.argv.slice(1).join())',
      '--',
      '--profile',
      '-h',
      'a b',
    ]
    const plain = await box.run([...EXEC, process.execPath, ...words])
    expect(plain).toEqual({ code: 0, stdout: '--profile,-h,a b\n', stderr: '' })
    const bare = await box.run(['exec', '-p', 'work', process.execPath, ...words])
    expect(bare.stdout).toBe(plain.stdout)
  })

  it('passes stdin on to the command', async () => {
    const box = await loggedIn()
    const { stdout } = await box.run(
      [...EXEC, process.execPath, '-e', 'process.stdin.pipe(process.stdout)'],
      {
        input: 'through\n',
      },
    )
    expect(stdout).toBe('through\n')
  })

  it('exits with the exit code of the command', async () => {
    const box = await loggedIn()
    expect((await box.run([...EXEC, process.execPath, '-e', 'process.exit(7)'])).code).toBe(7)
  })

  it.skipIf(notOnWindows('signals')).each([
    ['kill -TERM $$', 143],
    ['kill -KILL $$', 137],
  ])('exits with the exit code of the command: %s', async (script, expected) => {
    const box = await loggedIn()
    expect((await box.run([...EXEC, 'sh', '-c', script])).code).toBe(expected)
  })

  it.skipIf(notOnWindows('signals')).each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)(
    'passes %s on',
    async (signal) => {
      const box = await loggedIn()
      const script = `process.on('${signal}', () => { console.log('got it'); process.exit(3) }); console.log('up'); setInterval(() => {}, 1000)`
      const child = box.start([...EXEC, process.execPath, '-e', script])
      const ended = outcomeOf(child)
      await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
      child.kill(signal)
      const { code, stdout } = await ended
      expect(stdout).toContain('got it')
      expect(code).toBe(3)
    },
  )

  it('names a command that cannot be started', async () => {
    const box = await loggedIn()
    const none = await box.run([...EXEC, 'no-such-command'])
    expect(none.code).toBe(127)
    expect(none.stderr).toContain('There is no command "no-such-command". Try: check PATH\n')
  })

  it.skipIf(notOnWindows('permission bits'))('names a script that is not executable', async () => {
    const box = await loggedIn()
    box.write('script', '#!/bin/sh\n')
    chmodSync(box.path('script'), 0o600)
    const script = await box.run([...EXEC, box.path('script')])
    expect(script.code).toBe(126)
    expect(script.stderr).toContain(`Try: chmod +x "${box.path('script')}"`)
  })

  it('needs a code if --min-ttl is longer than the time left', async () => {
    const box = await sandbox()
    const short = ['--profile', 'work', '--duration', '20m', '--token-code', box.code()]
    expect((await box.run(short)).code).toBe(0)
    expect((await box.run([...EXEC, TRUE])).code).toBe(0)
    const wanting = ['exec', '--profile', 'work', '--min-ttl', '30m', '--', TRUE]
    expect((await box.run(wanting)).code).toBe(6)
  })

  it.each([
    [['exec', 'work', '--']],
    [['exec', '--min-ttl', '20m', 'work', '--']],
    [['exec', '-p', 'work']],
    [['exec', '--profile=work', '--']],
  ])('%j: the profile, in front of the command', async (words) => {
    const box = await loggedIn()
    const script = 'console.log(process.env.MFA_LOGIN_EXEC, ...process.argv.slice(1, 3))'
    const print = [process.execPath, '-e', script, 'a', '--', 'b']
    const { code, stdout, stderr } = await box.run([...words, ...print])
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'work a --\n', stderr: '' })
  })

  it.skipIf(notOnWindows('POSIX shell')).each([
    ['exec work', ''],
    ['exec -p work', ''],
    ['exec', 'work'],
    ['exec --server work', ''],
    ['exec work --server', ''],
    ['exec work --min-ttl 20m', ''],
  ])('%s without a command opens the shell of the person', async (words, AWS_PROFILE) => {
    const box = await loggedIn()
    const shell = box.path('shell')
    box.write('shell', '#!/bin/sh\necho "shell of $MFA_LOGIN_EXEC, $#"; exit 7\n')
    chmodSync(shell, 0o700)
    const env = AWS_PROFILE === '' ? '' : `AWS_PROFILE=${AWS_PROFILE} `
    const run = box.terminal(`${env}SHELL=${shell} ${process.execPath} ${PROGRAM} ${words}`)
    expect(await run.exit).toBe(7)
    expect(run.screen).toContain('shell of work, 0\r\n')
  })

  const NO_COMMAND =
    'mfa-login: There is no command; exec opens your shell at a terminal only, and without --. Try: mfa-login exec'

  it.each([
    [['exec', 'work'], ' --profile work'],
    [['exec', 'work', '--server'], ' --profile work'],
    [['exec', 'work', '--'], ' --profile work'],
    [['exec', '--'], ''],
    [['exec'], ''],
  ])('%j without a command and a terminal runs nothing of stdin', async (words, profile) => {
    const box = await loggedIn()
    const env = { AWS_PROFILE: 'work', SHELL: '/bin/sh' }
    const outcome = await box.run(words, { env, input: 'echo ran\n' })
    const stderr = `${NO_COMMAND}${profile} -- COMMAND\n`
    expect(outcome).toEqual({ code: 2, stdout: '', stderr })
  })

  it('opens no shell at a terminal for an empty command behind --', async () => {
    const box = await loggedIn()
    const env = { NO_COLOR: '1', SHELL: '/bin/sh' }
    const run = box.terminal(`${COMMAND} exec work --`, { env })
    expect(await run.exit).toBe(2)
    expect(await textOn(run)).toBe(`${NO_COMMAND} --profile work -- COMMAND\r\n`)
  })

  // Wine has no PowerShell.
  const SHELL: Record<string, string> = isWindows
    ? { MFA_LOGIN_SHELL: 'cmd' }
    : { SHELL: '/bin/sh' }

  it('says at a terminal how to leave the shell', async () => {
    const box = await loggedIn()
    const run = box.terminal(`${COMMAND} exec work`, { env: SHELL })
    await run.waitFor('This shell has the session of profile work; exit ends it.')
    const [variable, and] = isWindows ? ['%MFA_LOGIN_EXEC%', '&'] : ['$MFA_LOGIN_EXEC', ';']
    run.type(`echo in ${variable}${and} exit 5\r`)
    await run.waitFor('in work')
    expect(await run.exit).toBe(5)
  })

  it.each([
    [['exec', '-p', 'work', TRUE]],
    [['exec', '-p', 'work', 'work'], 127],
    [['exec', '-p', 'work', '--', 'work'], 127],
  ])('%j runs a single word that is no profile, or stands beside one', async (words, code = 0) => {
    const box = await loggedIn()
    expect((await box.run(words)).code).toBe(code)
  })

  it.each([
    [['exec', 'work', '--help'], /^Runs a command, or your shell/],
    [['exec', 'echo', '--help'], /^--help$/m],
    [['exec', 'echo', '--server'], /^--server$/m],
  ])(
    '%j: options behind a profile are its own, behind a command those of the command',
    async (words, expected) => {
      const box = await loggedIn()
      const { code, stdout } = await box.run(words, {
        env: { AWS_PROFILE: 'work', PATH: bareEcho(box) },
      })
      expect(code).toBe(0)
      expect(stdout).toMatch(expected)
    },
  )

  it('refuses to run inside another exec', async () => {
    const box = await loggedIn()
    const nested = await box.run([...EXEC, process.execPath, PROGRAM, ...EXEC, TRUE])
    expect(nested.stderr).toContain('This already runs in mfa-login exec, for the profile work')
    expect(nested.code).toBe(2)
    expect((await box.run(['exec', '--min-ttl', 'x', '--', TRUE])).code).toBe(2)
  })
})

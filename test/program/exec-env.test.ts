import { execFileSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sandbox, PROGRAM, outcomeOf, type Sandbox } from '../support/sandbox.ts'

const PRINT = 'process.stdout.write(JSON.stringify(process.env))'
const EXEC = ['exec', '--profile', 'work', '--']

async function loggedIn(): Promise<Sandbox> {
  const box = await sandbox()
  const { code } = await box.run(['--profile', 'work', '--token-code', box.code()])
  expect(code).toBe(0)
  return box
}

/** A folder with an `echo` that takes every option for text. */
function bareEcho(box: Sandbox): string {
  box.write('bin/echo', '#!/bin/sh\nprintf "%s\\n" "$*"\n')
  chmodSync(box.path('bin/echo'), 0o700)
  return `${box.path('bin')}:${box.env.PATH ?? ''}`
}

type Env = Record<string, string | undefined>
const envOf = (stdout: string): Env => JSON.parse(stdout) as Env

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

  it.each([[[]], [['--server']]])(
    'with %j passes on nothing that describes the shell it was called in',
    async (options) => {
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
      for (const name of Object.keys(env)) expect(envOf(stdout)).not.toHaveProperty(name)
      expect(envOf(stdout)).toHaveProperty('MFA_LOGIN_EXEC', 'work')
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
    const { stdout } = await box.run([...EXEC, 'cat'], { input: 'through\n' })
    expect(stdout).toBe('through\n')
  })

  it.each([
    ['exit 7', 7],
    ['kill -TERM $$', 143],
    ['kill -KILL $$', 137],
  ])('exits with the exit code of the command: %s', async (script, expected) => {
    const box = await loggedIn()
    expect((await box.run([...EXEC, 'sh', '-c', script])).code).toBe(expected)
  })

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('passes %s on', async (signal) => {
    const box = await loggedIn()
    const script = `process.on('${signal}', () => { console.log('got it'); process.exit(3) }); console.log('up'); setInterval(() => {}, 1000)`
    const child = box.start([...EXEC, process.execPath, '-e', script])
    const ended = outcomeOf(child)
    await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
    child.kill(signal)
    const { code, stdout } = await ended
    expect(stdout).toContain('got it')
    expect(code).toBe(3)
  })

  it('names a command that cannot be started', async () => {
    const box = await loggedIn()
    const none = await box.run([...EXEC, 'no-such-command'])
    expect(none.code).toBe(127)
    expect(none.stderr).toContain('There is no command "no-such-command".')
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
    expect((await box.run([...EXEC, 'true'])).code).toBe(0)
    const wanting = ['exec', '--profile', 'work', '--min-ttl', '30m', '--', 'true']
    expect((await box.run(wanting)).code).toBe(6)
  })

  it.each([
    [['exec', 'work', '--']],
    [['exec', '--min-ttl', '20m', 'work', '--']],
    [['exec', '-p', 'work']],
    [['exec', '--profile=work', '--']],
  ])('%j: the profile, in front of the command', async (words) => {
    const box = await loggedIn()
    const print = ['sh', '-c', 'echo $MFA_LOGIN_EXEC $0 $1', 'a', '--', 'b']
    const { code, stdout, stderr } = await box.run([...words, ...print])
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'work a --\n', stderr: '' })
  })

  it.each([
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
    const run = box.terminal(
      `NO_COLOR=1 SHELL=/bin/sh ${process.execPath} ${PROGRAM} exec work -- $NOTHING`,
    )
    expect(await run.exit).toBe(2)
    expect(run.screen).toBe(`${NO_COMMAND} --profile work -- COMMAND\r\n`)
  })

  it('says at a terminal how to leave the shell', async () => {
    const box = await loggedIn()
    const run = box.terminal(`SHELL=/bin/sh ${process.execPath} ${PROGRAM} exec work`)
    await run.waitFor('This shell has the session of profile work; exit ends it.')
    run.type('echo in $MFA_LOGIN_EXEC; exit 5\r')
    await run.waitFor('in work')
    expect(await run.exit).toBe(5)
  })

  it.each([
    [['exec', '-p', 'work', 'true']],
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
    const nested = await box.run([...EXEC, process.execPath, PROGRAM, ...EXEC, 'true'])
    expect(nested.stderr).toContain('mfa-login exec for the profile work already')
    expect(nested.code).toBe(2)
    expect((await box.run(['exec', '--min-ttl', 'x', '--', 'true'])).code).toBe(2)
  })
})

describe('env', () => {
  const ENV = ['env', '--profile', 'work']

  it('sets variables in a shell and unsets them again', async () => {
    const box = await loggedIn()
    const program = `${process.execPath} ${PROGRAM}`
    const script = `eval "$(${program} env -p work)"; ${process.execPath} -e '${PRINT}' >&3
      eval "$(${program} env --unset)"; ${process.execPath} -e '${PRINT}'`
    const env = { ...box.env, AWS_PROFILE: 'other', SHELL: '/bin/bash' }
    const output = execFileSync('bash', ['-c', `{ ${script}; } 3>&1`], { env, encoding: 'utf8' })
    const [inside, after] = output.split(/(?<=\})(?=\{)/).map(envOf)
    expect(inside!.AWS_ACCESS_KEY_ID).toMatch(/^ASIA/)
    expect(inside).not.toHaveProperty('AWS_PROFILE')
    expect(Object.keys(after!).filter((name) => /^AWS_(?!EC2|ENDPOINT)/.test(name))).toEqual([])
  })

  it('prints JSON and dotenv lines', async () => {
    const box = await loggedIn()
    const json = envOf((await box.run([...ENV, '--shell', 'json'])).stdout)
    const dotenv = (await box.run([...ENV, '--shell', 'dotenv'])).stdout
    expect(dotenv).toBe(
      Object.entries(json)
        .map(([name, value]) => `${name}=${value ?? ''}\n`)
        .join(''),
    )
    expect(Object.keys(json)).toContain('AWS_SESSION_TOKEN')
  })

  it('refuses an unknown shell', async () => {
    const box = await sandbox()
    const { code, stderr } = await box.run([...ENV, '--shell', 'tcsh'])
    expect(stderr).toContain('There is no shell "tcsh"')
    expect(code).toBe(2)
  })

  it.each([
    ['', '/bin/bash', 'eval "$(mfa-login env work)", or to see it: mfa-login env work --show'],
    ['', '/bin/fish', 'mfa-login env work | source, or to see it: mfa-login env work --show'],
    [
      '--shell dotenv',
      '/bin/sh',
      'mfa-login env work --shell dotenv > FILE, or to see it: mfa-login env work --shell dotenv --show',
    ],
    [
      '--min-ttl 20m',
      '/bin/bash',
      'eval "$(mfa-login env work --min-ttl 20m)", or to see it: mfa-login env work --min-ttl 20m --show',
    ],
    [
      '--prompt terminal',
      '/bin/bash',
      'eval "$(mfa-login env work --prompt terminal)", or to see it: mfa-login env work --prompt terminal --show',
    ],
    [
      '--region us-east-1',
      '/bin/bash',
      'eval "$(mfa-login env work --region us-east-1)", or to see it: mfa-login env work --region us-east-1 --show',
    ],
  ])('%s does not show the secrets at a terminal: %s', async (options, SHELL, hint) => {
    const box = await loggedIn()
    const env = `${process.execPath} ${PROGRAM} env work ${options}`
    const run = box.terminal(`export NO_COLOR=1 SHELL=${SHELL}; ${env}`)
    expect(await run.exit).toBe(2)
    expect(run.screen).toBe(
      `mfa-login: The session is secret, so a terminal does not show it. Try: ${hint}\r\n`,
    )
    const shown = box.terminal(`${env} --show`)
    expect(await shown.exit).toBe(0)
    expect(shown.screen).toMatch(/AWS_SECRET_ACCESS_KEY/)
    const unset = box.terminal(`${env} --unset`)
    expect(await unset.exit).toBe(0)
  })

  it('asks for no profile before it refuses to show the secrets', async () => {
    const box = await sandbox()
    const env = `${process.execPath} ${PROGRAM} env`
    const run = box.terminal(`NO_COLOR=1 ${env}`)
    expect(await run.exit).toBe(2)
    expect(run.screen).not.toContain('Which profile?')
    const shown = box.terminal(`${env} --show`)
    await shown.waitFor('Which profile?')
    shown.type('\u0003')
    expect(await shown.exit).toBe(130)
  })
})

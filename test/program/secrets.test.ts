/** Looks for secrets in what commands print, start and write, from the first login to the logout. */
import { execFileSync } from 'node:child_process'
import { chmodSync, readdirSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { noneOnWindows } from '../support/not-on-windows.ts'
import { codeAt, createVirtualDevice, type Device } from '../../src/local-aws/index.ts'
import { parseIni, profileKeys } from '../../src/profile/ini/ini-file.ts'
import { accountWithRoles, boxWithRoles } from '../support/roles.ts'
import { PROGRAM, sandbox, type Sandbox } from '../support/sandbox.ts'
import { forwardingProxy } from '../support/proxy.ts'
import { hasKeyring, startKeyring } from '../support/keyring.ts'
import { filesWith, Watch } from '../support/watch.ts'

noneOnWindows('processes of Linux')

const WORK = ['--profile', 'work']
const ADMIN = ['--profile', 'admin']
const DEBUG = { MFA_LOGIN_DEBUG: '1' }
/** Begins every line of --debug. */
const DEBUG_LINE = /^mfa-login debug \d+ ms: /m
const DEBUG_LINES = /mfa-login debug \d+ ms: [^\r\n]*/g

/** The ways to turn debug lines on and off. */
const MODES: readonly (readonly [title: string, env: Record<string, string>, flags: string[]])[] = [
  ['without debug lines', {}, []],
  ['with MFA_LOGIN_DEBUG', DEBUG, []],
  ['with --debug', {}, ['--debug']],
]

/** Options of mfa-login stand before the command that it runs. */
function withFlags(args: readonly string[], flags: readonly string[]): string[] {
  const end = args.includes('--') ? args.indexOf('--') : args.length
  return [...args.slice(0, end), ...flags, ...args.slice(end)]
}

/** The places where a secret is what the command is for. No other place may show it. */
const PAYLOADS: readonly (readonly [place: string, secret: RegExp])[] = [
  // AWS tools run it to get the session of the user or the role.
  ['credential-process work: stdout', /^session of the user, (key|token)$/],
  ['credential-process admin: stdout', /^session of the role, (key|token)$/],
  ['env work: stdout', /^session of the user, (key|token)$/],
  ['env work json: stdout', /^session of the user, (key|token)$/],
  // The URL that signs in.
  ['console --print: stdout', /^sign-in token$/],
  // The seed is shown once for the app, and the terminal echoes codes as they are typed.
  ['terminal: device enroll', /^(seed|code \d)$/],
]

const isPayload = (place: string, secret: string): boolean =>
  PAYLOADS.some(([where, what]) => where === place && what.test(secret))

function sessionOf(box: Sandbox, holder: string, profile: string): Record<string, string> {
  const keys = profileKeys(parseIni(box.read('credentials')), 'credentials', profile)
  return {
    [`session of the ${holder}, key`]: keys.get('aws_secret_access_key') ?? '',
    [`session of the ${holder}, token`]: keys.get('aws_session_token') ?? '',
  }
}

function codesAround(device: Device, time: number): Record<string, string> {
  const steps = Array.from({ length: 8 }, (_, index) => index - 3)
  return Object.fromEntries(
    steps.map((step, index) => [`code ${index}`, codeAt(device, time + step * 30_000)]),
  )
}

/** The device whose secret is on the screen. */
function deviceOn(screen: string): Device {
  const [, seed = ''] = /type the seed:\s+([A-Z2-7 ]{64,})/.exec(screen) ?? []
  return createVirtualDevice('arn:aws:iam::123456789012:mfa/alice', {
    seed: seed.replaceAll(' ', ''),
  })
}

async function enrolled(box: Sandbox, watch: Watch, flags: readonly string[]): Promise<Device> {
  const command = [process.execPath, PROGRAM, 'device', 'enroll', ...WORK, ...flags].join(' ')
  const run = box.terminal(command)
  await run.waitFor('The code it shows')
  const device = deviceOn(run.screen)
  const code = (step: number): string => codeAt(device, box.now() + step * 30_000)
  await run.answer('The code it shows', `${code(-1)}\r`)
  await run.answer('The next code', `${code(0)}\r`)
  await run.answer('Log in now?', 'y')
  await run.answer('MFA code for work', `${code(1)}\r`)
  expect(await run.exit).toBe(0)
  watch.show('terminal: device enroll', run.screen)
  // Here a code is no payload.
  for (const [line] of run.screen.matchAll(DEBUG_LINES)) watch.show('debug lines: enroll', line)
  return device
}

/** A program that fails where a variable is not set, after a moment. */
const expects = (name: string): string[] => {
  const script = `setTimeout(() => process.exit(process.env.${name} ? 0 : 1), 100)`
  return [process.execPath, '-e', script]
}

/** The commands of a working day, each with a name for its output. */
const DAY: readonly (readonly [name: string, args: readonly string[], exit?: number])[] = [
  ['login', ['login', ...WORK]],
  ['login --json', ['login', ...WORK, '--json']],
  ['login admin', ['login', ...ADMIN]],
  ['device list', ['device', 'list', ...WORK]],
  ['credential-process work', ['credential-process', ...WORK]],
  ['credential-process admin', ['credential-process', ...ADMIN]],
  ['env work', ['env', ...WORK, '--shell', 'bash']],
  ['env work json', ['env', ...WORK, '--shell', 'json']],
  ['env --unset', ['env', '--unset', '--shell', 'fish']],
  ['exec', ['exec', ...WORK, '--', ...expects('AWS_SESSION_TOKEN')]],
  [
    'exec --server',
    ['exec', ...ADMIN, '--server', '--', ...expects('AWS_CONTAINER_AUTHORIZATION_TOKEN')],
  ],
  ['use', ['use', 'work', '--shell', 'zsh']],
  ['console --print', ['console', ...ADMIN, '--print']],
  ['status', ['status']],
  ['status --json', ['status', '--json']],
  ['doctor', ['doctor', ...WORK], 1],
  ['doctor --json', ['doctor', ...WORK, '--json'], 1],
  ['policy check', ['policy', 'check', '--live', ...WORK, '--json'], 1],
  ['setup', ['setup', ...WORK, '--yes']],
  ['doctor, wired', ['doctor', ...WORK]],
  ['setup --undo', ['setup', ...WORK, '--undo', '--yes']],
  ['login, refused', ['login', ...WORK, '--force', '--token-code', '000000'], 4],
]

describe('no command shows a secret except as its result', () => {
  it.each(MODES)(
    'from the enrollment to the logout, %s',
    async (_, env, flags) => {
      const account = accountWithRoles()
      account.users[0]!.devices = []
      const box = await sandbox(account)
      box.write('config', (await boxWithRoles()).read('config').replace(/^mfa_serial.*\n/m, ''))
      box.freshStep(15_000)
      const watch = new Watch()
      Object.assign(box.env, env)
      const device = await enrolled(box, watch, flags)
      const codes = codesAround(device, box.now())
      const secrets: Record<string, string> = {
        'long-term key': box.key.secretAccessKey,
        seed: device.seed,
        ...codes,
      }
      for (const [name, args, exit = 0] of DAY) {
        const outcome = await box.run(withFlags(args, flags))
        expect(outcome.code, `${name}: ${outcome.stderr}`).toBe(exit)
        expect(DEBUG_LINE.test(outcome.stderr), name).toBe(env === DEBUG || flags.length > 0)
        watch.showOutcome(name, outcome)
        if (name === 'login') Object.assign(secrets, sessionOf(box, 'user', 'work-mfa'))
        if (name === 'login admin') Object.assign(secrets, sessionOf(box, 'role', 'admin-mfa'))
        if (name === 'console --print') {
          secrets['sign-in token'] = new URL(outcome.stdout.trim()).searchParams.get('SigninToken')!
        }
      }
      onlyOwnersRead(box, secrets)
      watch.showOutcome('logout', await box.run(withFlags(['logout', '--all'], flags)))

      expect(Object.keys(secrets)).toHaveLength(2 + 8 + 5)
      const seen = watch.sightings(secrets)
      expect(seen.filter(({ place, secret }) => !isPayload(place, secret))).toEqual([])
      // Each payload was seen, which proves that the search finds secrets.
      for (const [place, secret] of PAYLOADS) {
        expect(
          seen.some((each) => each.place === place && secret.test(each.secret)),
          place,
        ).toBe(true)
      }
      expect(watch.hasSeenArgument('credential-process --profile work')).toBe(true)
      for (const name of Object.keys(secrets).filter((each) => each.startsWith('session'))) {
        // Backups of setup are whole copies (README).
        const left = filesWith(box, secrets[name]!).filter(({ path }) => !path.includes('-backup-'))
        expect(left, name).toEqual([])
      }
    },
    120_000,
  )

  it.each(MODES)('behind a proxy with a password, %s', async (_, env, flags) => {
    const box = await sandbox()
    box.freshStep(12_000)
    const watch = new Watch()
    const password = 'pass-word-of-the-proxy'
    const [through, nowhere] = [await forwardingProxy(), 9].map((port) => ({
      ...env,
      HTTP_PROXY: `http://alice:${password}@127.0.0.1:${port}`,
    }))
    const run = async (name: string, args: string[], proxy = through): Promise<number | null> => {
      const outcome = await box.run(withFlags(args, flags), { env: proxy! })
      watch.showOutcome(name, outcome)
      return outcome.code
    }
    const login = ['login', ...WORK, '--force', '--token-code']
    expect(await run('login', [...login, box.code()])).toBe(0)
    expect(await run('device list', ['device', 'list', ...WORK])).toBe(0)
    // AWS tools do not use the session yet.
    expect(await run('doctor', ['doctor', ...WORK])).toBe(1)
    expect(await run('login, no proxy', [...login, box.code(1)], nowhere)).toBe(5)
    const secrets = {
      password,
      'encoded password': Buffer.from(`alice:${password}`).toString('base64'),
      'long-term key': box.key.secretAccessKey,
      ...codesAround(box.device, box.now()),
      ...sessionOf(box, 'user', 'work-mfa'),
    }
    // Codes are given as arguments here, which any user may read.
    const seen = watch.sightings(secrets).filter(({ place }) => place !== 'argv')
    expect(seen).toEqual([])
  })

  it('with codes from stdin and from mfa_process', async () => {
    const box = await sandbox()
    box.freshStep(12_000)
    const watch = new Watch()
    const secrets: Record<string, string> = {
      'long-term key': box.key.secretAccessKey,
      seed: box.device.seed,
      ...codesAround(box.device, box.now()),
    }
    const stdin = await box.run(['login', ...WORK, '--token-code', '-'], {
      env: DEBUG,
      input: `${box.code(-1)}\n`,
    })
    expect(stdin.code, stdin.stderr).toBe(0)
    watch.showOutcome('login by stdin', stdin)
    Object.assign(secrets, sessionOf(box, 'user', 'work-mfa'))

    // The script records its arguments and its environment.
    writeFileSync(`${box.home}/next`, box.code())
    writeFileSync(
      `${box.home}/code.sh`,
      `#!/bin/sh\ntr '\\0' ' ' < /proc/$$/cmdline > ${box.home}/its-argv\nenv > ${box.home}/its-env\nsleep 1\ncat ${box.home}/next\n`,
    )
    chmodSync(`${box.home}/code.sh`, 0o700)
    box.write('config', `${box.read('config')}\n[profile day]\nregion = x\n`)
    box.write(
      'config',
      box
        .read('config')
        .replace('[profile work]\n', `[profile work]\nmfa_process = ${box.home}/code.sh\n`),
    )
    const asked = await box.run(['login', ...WORK, '--force'], { env: DEBUG })
    expect(asked.code, asked.stderr).toBe(0)
    watch.showOutcome('login by mfa_process', asked)
    Object.assign(secrets, sessionOf(box, 'user, second', 'work-mfa'))
    for (const name of ['its-argv', 'its-env']) {
      watch.show(name, execFileSync('cat', [`${box.home}/${name}`]).toString())
    }
    onlyOwnersRead(box, secrets)
    expect(watch.sightings(secrets)).toEqual([])
    expect(watch.hasSeenArgument('code.sh')).toBe(true)
  })

  it.skipIf(!hasKeyring)('with keys in the keyring and encrypted sessions', async () => {
    const box = await sandbox()
    await startKeyring(box)
    box.freshStep(12_000)
    box.write('credentials', '')
    const watch = new Watch()
    const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey } = box.key
    const input = JSON.stringify({ AccessKey: { AccessKeyId, SecretAccessKey } })
    const env = { ...DEBUG, MFA_LOGIN_CACHE_ENCRYPTION: 'keyring' }
    const run = async (name: string, args: readonly string[], given?: string): Promise<string> => {
      const outcome = await box.run(args, { env, ...(given === undefined ? {} : { input: given }) })
      expect(outcome.code, `${name}: ${outcome.stderr}`).toBe(0)
      watch.showOutcome(name, outcome)
      return outcome.stdout
    }
    await run('keys store', ['keys', 'store', ...WORK, '--stdin'], input)
    await run('keys list', ['keys', 'list'])
    await run('setup', ['setup', ...WORK, '--yes'])
    await run('login', ['login', ...WORK, '--token-code', '-'], `${box.code()}\n`)
    const served = await run('credential-process work', ['credential-process', ...WORK])
    const session = JSON.parse(served) as Record<'SecretAccessKey' | 'SessionToken', string>
    const secrets: Record<string, string> = {
      'long-term key': SecretAccessKey,
      'session of the user, key': session.SecretAccessKey,
      'session of the user, token': session.SessionToken,
      ...codesAround(box.device, box.now()),
    }
    await run('status', ['status', '--json'])
    await run('exec', ['exec', ...WORK, '--', ...expects('AWS_SESSION_TOKEN')])
    for (const [name, secret] of Object.entries(secrets)) {
      expect(filesWith(box, secret), name).toEqual([])
    }
    await run('logout', ['logout', '--all'])
    const seen = watch.sightings(secrets)
    expect(seen.filter(({ place, secret }) => !isPayload(place, secret))).toEqual([])
    expect(seen).toHaveLength(2)
    await run('keys store --restore', ['keys', 'store', ...WORK, '--restore'])
    expect(filesWith(box, SecretAccessKey)).toMatchObject([{ mode: 0o600 }])
  })

  it('and the watch would see one in an argument', async () => {
    const watch = new Watch()
    const box = await sandbox()
    await box.run(['exec', '--profile', 'nobody', '--', 'true', 'hunter2-hunter2'])
    expect(watch.sightings({ control: 'hunter2-hunter2' })).toEqual([
      { place: 'argv', secret: 'control' },
    ])
  })

  it('and the watch would see one among the debug lines', async () => {
    const watch = new Watch()
    const box = await sandbox()
    await box.run(['login', ...WORK, '--token-code', box.code()])
    const tell = ['exec', ...WORK, '--debug', '--', 'sh', '-c', 'echo "x${AWS_SESSION_TOKEN}x" >&2']
    watch.showOutcome('exec', await box.run(tell))
    const { stderr } = await box.run(tell)
    expect(stderr).toMatch(DEBUG_LINE)
    expect(watch.sightings(sessionOf(box, 'user', 'work-mfa'))).toEqual([
      { place: 'exec: stderr', secret: 'session of the user, token' },
    ])
  })
})

/** Only their owner can read files with a secret; codes and seeds are only in the file that the test writes. */
function onlyOwnersRead(box: Sandbox, secrets: Readonly<Record<string, string>>): void {
  for (const [name, secret] of Object.entries(secrets)) {
    const found = filesWith(box, secret).filter(({ path }) => path !== 'next')
    expect(
      found.filter(({ mode }) => mode !== 0o600),
      name,
    ).toEqual([])
    if (/^(code|seed)/.test(name)) expect(found, name).toEqual([])
  }
  expect(readdirSync(box.home).length).toBeGreaterThan(0)
}

/**
 * Each remedy is carried out in the situation that prints it, and what failed works afterwards. A remedy with several
 * ways is carried out in each of them.
 */
import { spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { has } from '../support/programs.ts'
import { carryOut, install, waysOf } from '../support/remedy.ts'
import { outcomeOf, PROGRAM, sandbox, type Outcome, type Sandbox } from '../support/sandbox.ts'
import { loggedIn, OF_KEYS, OF_SESSIONS, WORK, type Situation } from '../support/situations.ts'
import { OF_DEVICES, OF_POLICIES } from '../support/situations-of-devices.ts'
import { OF_NETWORK } from '../support/situations-of-network.ts'
import { OF_SETTINGS } from '../support/situations-of-settings.ts'

const ALL = [
  ...OF_KEYS,
  ...OF_SESSIONS,
  ...OF_SETTINGS,
  ...OF_NETWORK,
  ...OF_DEVICES,
  ...OF_POLICIES,
]
const COUNT = { situations: 64, ways: 68 }

/** The texts behind `Try:` or, of a doctor, behind `Fix:`. */
function remedyIn(output: string): string[] {
  return Array.from(output.matchAll(/(?:Try|Fix): (.*)/g), ([, remedy = '']) => remedy)
}

async function start({ box: make = sandbox, given }: Situation): Promise<Sandbox> {
  const box = await make()
  install(box)
  box.freshStep()
  await given?.(box)
  return box
}

const textOf = ({ remedy }: Situation, box: Sandbox): string =>
  typeof remedy === 'string' ? remedy : remedy(box)

const WAYS = ALL.flatMap((situation) => {
  const { remedy } = situation
  const count = typeof remedy === 'string' ? waysOf(remedy).length : 1
  return Array.from({ length: count }, (_, way) => ({ ...situation, way }))
})

it('counts the situations and the ways out of them', () => {
  expect({ situations: ALL.length, ways: WAYS.length }).toEqual(COUNT)
})

describe.skipIf(!has('aws', '--version'))('the remedy for', () => {
  it.each(WAYS.filter(({ isPossible = true }) => isPossible))(
    '$when solves it (way $way)',
    async ({ way, ...situation }) => {
      const box = await start(situation)
      const { run, fill, person = {}, then = run } = situation
      box.freshStep()
      const failed = await box.run(run(box))
      expect(failed.code, failed.stdout).not.toBe(0)
      const remedy = textOf(situation, box)
      expect(remedyIn(failed.stdout + failed.stderr)).toContain(remedy)
      for (const step of waysOf(remedy)[way]!) {
        const [, act] = Object.entries(person).find(([start]) => step.startsWith(start)) ?? []
        await (act === undefined ? carryOut(box, step, fill?.(box) ?? {}) : act(box))
      }
      box.freshStep()
      const { code, stdout, stderr } = await box.run(then(box))
      expect(code, stdout + stderr).toBe(0)
      // No remedy puts a bare key beside the line that asks for MFA.
      const isWired = box.read('config').includes('credential_process')
      if (isWired)
        expect(box.read('credentials')).not.toMatch(/^\[work\]\naws_access_key_id = AKIA/m)
    },
  )
})

/** Programs that no test can run, or that are of other systems: by their text. */
describe('the remedy by its text for', () => {
  const CONFIG = `[profile sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = dev
region = eu-west-1

[sso-session corp]
sso_start_url = https://corp.example/start
sso_region = eu-west-1

[profile console]
login_session = arn:aws:iam::123456789012:user/alice

[profile from-sso]
role_arn = arn:aws:iam::123456789012:role/admin
source_profile = sso

[profile web]
web_identity_token_file = /token

[profile other]
credential_process = /opt/other --json
`
  const REMEDIES: Readonly<Record<string, string>> = {
    sso: 'aws sso login --profile sso',
    console: 'aws login --profile console',
    'from-sso': 'aws sso login --profile sso, then: aws --profile from-sso sts get-caller-identity',
    web: 'aws --profile web sts get-caller-identity',
    other: 'aws --profile other sts get-caller-identity',
  }
  const COMMANDS = [
    ['login'],
    ['credential-process'],
    ['env'],
    ['console', '--print'],
    ['setup', '--yes'],
    ['device', 'list'],
    ['device', 'enroll'],
    ['keys', 'rotate', '--yes'],
    ['policy', 'verify'],
    ['exec', '--', 'true'],
  ]
  it.each(Object.entries(REMEDIES))(
    'the profile %s, from every command',
    async (profile, remedy) => {
      const box = await sandbox()
      box.write('config', CONFIG)
      for (const [command = '', ...rest] of COMMANDS) {
        const at = rest.indexOf('--')
        const [own, behind] = at < 0 ? [rest, []] : [rest.slice(0, at), rest.slice(at)]
        const { code, stderr } = await box.run([command, ...own, '--profile', profile, ...behind])
        expect(remedyIn(stderr), `${command} ${rest.join(' ')}: ${stderr}`).toEqual([remedy])
        expect(code).toBe(3)
      }
      const doctor = await box.run(['doctor', '--profile', profile])
      expect(remedyIn(doctor.stderr)).toEqual([remedy])
    },
  )
})

const NOBODY = 65_534

/** Gives the files of a sandbox to another user, and runs the program as that user. */
function ownedByNobody(box: Sandbox): (...args: string[]) => Promise<Outcome> {
  chmodSync(box.home, 0o755)
  for (const name of readdirSync(box.path(''), { recursive: true }))
    chownSync(box.path(String(name)), NOBODY, NOBODY)
  chownSync(box.path(''), NOBODY, NOBODY)
  const ids = ['--reuid', '65534', '--regid', '65534', '--clear-groups']
  return async (...args) => {
    const words = [...ids, process.execPath, PROGRAM, ...args]
    return outcomeOf(spawn('setpriv', words, { env: box.env, detached: true }))
  }
}

describe.skipIf(process.getuid?.() !== 0 || !has('setpriv', '--version'))('as another user', () => {
  it('a folder in PATH that this user may not search is no program', async () => {
    const box = await sandbox()
    mkdirSync(`${box.home}/closed`, { mode: 0o700 })
    await loggedIn(box)
    box.env.PATH = `${box.home}/closed:/usr/bin:/bin`
    const { code, stderr } = await ownedByNobody(box)('exec', ...WORK, '--', 'no-such-program')
    expect(stderr).toBe('mfa-login: There is no command "no-such-program". Try: check PATH\n')
    expect(code).toBe(127)
  })

  it('the remedy for files that this user may not replace solves it', async () => {
    const box = await sandbox()
    box.freshStep(12_000)
    const codes = `mfa_serial = ${box.device.serialNumber}\nmfa_process = printf ${box.code()}\n`
    box.write('config', box.read('config') + codes)
    const run = ownedByNobody(box)
    chmodSync(box.path(''), 0o500)
    const failed = await run('login', ...WORK)
    const command = 'mfa-login exec --profile work -- COMMAND'
    const folder = 'export MFA_LOGIN_CACHE_DIR=FOLDER, with a folder that you can write to'
    expect(remedyIn(failed.stderr)).toEqual([`${folder}, then: ${command}`])
    mkdirSync(`${box.home}/cache`)
    chownSync(`${box.home}/cache`, NOBODY, NOBODY)
    box.env.MFA_LOGIN_CACHE_DIR = `${box.home}/cache`
    const { code, stdout, stderr } = await run('exec', ...WORK, '--', 'env')
    expect(stdout, stderr).toContain('AWS_SESSION_TOKEN=')
    expect(code).toBe(0)
  })
})

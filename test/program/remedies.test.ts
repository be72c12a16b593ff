/**
 * Each remedy is carried out in the situation that prints it, and what failed works afterwards. A remedy with several
 * ways is carried out in each of them.
 */
import { spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { has } from '../support/programs.ts'
import { carryOut, install, waysOf } from '../support/remedy.ts'
import { outcomeOf, PROGRAM, sandbox, type Sandbox } from '../support/sandbox.ts'
import { loggedIn, OF_KEYS, OF_SESSIONS, WORK, type Situation } from '../support/situations.ts'
import { OF_SETTINGS } from '../support/situations-of-settings.ts'

const ALL = [...OF_KEYS, ...OF_SESSIONS, ...OF_SETTINGS]
const COUNT = { situations: 35, ways: 40 }

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
  it.each(WAYS)('$when solves it (way $way)', async ({ way, ...situation }) => {
    const box = await start(situation)
    const { run, fill, then = run } = situation
    box.freshStep()
    const failed = await box.run(run(box))
    expect(failed.code, failed.stdout).not.toBe(0)
    const remedy = textOf(situation, box)
    expect(remedyIn(failed.stdout + failed.stderr)).toContain(remedy)
    for (const step of waysOf(remedy)[way]!) await carryOut(box, step, fill?.(box) ?? {})
    box.freshStep()
    const { code, stdout, stderr } = await box.run(then(box))
    expect(code, stdout + stderr).toBe(0)
    // No remedy puts a bare key beside the line that asks for MFA.
    const isWired = box.read('config').includes('credential_process')
    if (isWired) expect(box.read('credentials')).not.toMatch(/^\[work\]\naws_access_key_id = AKIA/m)
  })
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

it.skipIf(process.getuid?.() !== 0 || !has('setpriv', '--version'))(
  'a folder in PATH that this user may not search is no program',
  async () => {
    const box = await sandbox()
    mkdirSync(`${box.home}/closed`, { mode: 0o700 })
    chmodSync(box.home, 0o755)
    await loggedIn(box)
    const user = ['--reuid', '65534', '--regid', '65534', '--clear-groups']
    const path = `${box.home}/closed:/usr/bin:/bin`
    for (const name of readdirSync(box.path(''), { recursive: true }))
      chownSync(box.path(String(name)), 65534, 65534)
    chownSync(box.path(''), 65534, 65534)
    const child = spawn(
      'setpriv',
      [...user, process.execPath, PROGRAM, 'exec', ...WORK, '--', 'no-such-program'],
      { env: { ...box.env, PATH: path }, detached: true },
    )
    const { code, stderr } = await outcomeOf(child)
    expect(stderr).toBe('mfa-login: There is no command "no-such-program". Try: look at PATH\n')
    expect(code).toBe(127)
  },
)

import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { notOnWindows } from '../support/not-on-windows.ts'
import { has } from '../support/programs.ts'
import { boxWithRoles } from '../support/roles.ts'
import { outcomeOf, type Sandbox } from '../support/sandbox.ts'

// Hints are in the words of the shell.
const BASH = { MFA_LOGIN_SHELL: 'bash' }
const PROCESS = ['credential-process', '--profile']
const secondsLeft = (box: Sandbox, text: string): number => (Date.parse(text) - box.now()) / 1000

interface Payload {
  readonly AccessKeyId: string
  readonly Expiration: string
}

async function served(box: Sandbox, profile: string): Promise<Payload> {
  const { code, stdout, stderr } = await box.run([...PROCESS, profile])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout) as Payload
}

describe('a profile with a role', () => {
  it('shares one MFA session with the other profiles of its user', async () => {
    const box = await boxWithRoles()
    const { code, stdout } = await box.run(['--profile', 'admin', '--token-code', box.code()], {
      env: BASH,
    })
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'export AWS_PROFILE=admin-mfa\n' })
    expect(box.read('config')).toContain('[profile admin-mfa]\nregion = eu-west-1\n')
    const deploy = await served(box, 'deploy')
    const work = await served(box, 'work')
    const admin = await served(box, 'admin')
    expect(new Set([deploy, work, admin].map((each) => each.AccessKeyId)).size).toBe(3)
    expect(box.read('credentials')).toContain(`aws_access_key_id = ${admin.AccessKeyId}\n`)
    expect(box.calls()).toEqual(['OK'])
    expect(box.calls('AssumeRole')).toEqual(['OK', 'OK'])
  })

  it('is served from the cache without any call', async () => {
    const box = await boxWithRoles()
    await box.run(['--profile', 'admin', '--token-code', box.code()])
    const before = box.aws.requests.length
    expect(await served(box, 'admin')).toEqual(await served(box, 'admin'))
    expect(box.aws.requests.length).toBe(before)
  })

  it('chains roles for one hour and says so', async () => {
    const box = await boxWithRoles()
    const { code, stderr } = await box.run(['--profile', 'far', '--token-code', box.code()])
    expect(code).toBe(0)
    expect(stderr).toContain('The session of far lasts 1 h, not duration_seconds = 7200')
    const { Expiration } = await served(box, 'far')
    expect(secondsLeft(box, Expiration)).toBeGreaterThan(3500)
    expect(secondsLeft(box, Expiration)).toBeLessThanOrEqual(3600)
    expect(box.calls('AssumeRole')).toEqual(['OK', 'OK'])
    // The session of the first role is cached, too.
    await served(box, 'admin')
    expect(box.calls('AssumeRole')).toHaveLength(2)
  })

  it('for a --duration over the maximum of the role suggests the shorter one of the profile', async () => {
    const box = await boxWithRoles()
    box.write(
      'config',
      box.read('config').replace('[profile admin]\n', '$&duration_seconds = 7200\n'),
    )
    const login = ['--profile', 'admin', '--duration', '3h', '--token-code', box.code(-1)]
    const { stderr } = await box.run(login)
    expect(stderr).toMatch(
      / Try: mfa-login --profile admin, without --duration: the profile has 2 h\n$/,
    )
    const usual = await box.run(['--profile', 'admin', '--token-code', box.code()])
    expect(usual.code, usual.stderr).toBe(0)
  })

  it('gets a session of the requested length up to the maximum of the role', async () => {
    const box = await boxWithRoles()
    const login = ['--profile', 'admin', '--duration']
    const two = await box.run([...login, '2h', '--json', '--token-code', box.code(-1)])
    const report = JSON.parse(two.stdout) as { expiration: string; account: string }
    expect(secondsLeft(box, report.expiration)).toBeGreaterThan(7100)
    const three = await box.run([...login, '3h', '--force', '--token-code', box.code(1)])
    expect(three.code).toBe(4)
    expect(three.stderr).toContain('exceeds the MaxSessionDuration')
    expect(three.stderr).toMatch(/Try: mfa-login --profile admin --duration 1h$/m)
    const chained = await box.run(['--profile', 'far', '--duration', '2h'])
    expect(chained).toMatchObject({ code: 2 })
    expect(chained.stderr).toContain('lasts at most 1 h')
    const tooLong = await box.run([...login, '13h'])
    expect(tooLong.stderr).toContain('not between 15m and 12h')
  })

  it('explains a role that does not trust the user and sends no second code', async () => {
    const box = await boxWithRoles()
    box.write('config', box.read('config').replace('external_id = x-1\n', ''))
    const refused = await box.run(['--profile', 'deploy', '--token-code', box.code()])
    expect(refused.code).toBe(4)
    expect(refused.stderr).toMatch(
      /not authorized to perform: sts:AssumeRole.*Try: compare external_id/,
    )
    expect(box.read('credentials')).toBe(box.keysSection())
    box.write(
      'config',
      `${box.read('config')}[profile good]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = work\nexternal_id = x-1\n`,
    )
    await served(box, 'good')
    expect(box.calls()).toEqual(['OK'])
  })

  it('says that AWS refuses the MFA session, and --force fixes it', async () => {
    const box = await boxWithRoles()
    await box.run(['--profile', 'work', '--token-code', box.code()])
    const refuse = { refuse: 'ExpiredToken', status: 403, message: 'expired' }
    box.aws.faults.next.push({ action: 'AssumeRole', kind: refuse })
    const { code, stderr } = await box.run(['--profile', 'admin'])
    expect(code).toBe(4)
    expect(stderr).toContain('no longer takes the MFA session')
    expect(stderr).toContain('Try: mfa-login --profile admin --force')
    const again = await box.run(['--profile', 'admin', '--force', '--token-code', box.code(1)])
    expect(again.code).toBe(0)
  })

  it.skipIf(notOnWindows('many processes in Wine'))(
    'asks once for many processes at once',
    async () => {
      const box = await boxWithRoles()
      await box.run(['--profile', 'work', '--token-code', box.code()])
      const all = await Promise.all(Array.from({ length: 8 }, async () => served(box, 'admin')))
      expect(new Set(all.map((each) => each.AccessKeyId)).size).toBe(1)
      expect(box.calls('AssumeRole')).toEqual(['OK'])
    },
  )

  it('recovers from a lost response', async () => {
    const box = await boxWithRoles()
    await box.run(['--profile', 'work', '--token-code', box.code()])
    box.aws.faults.next.push({ action: 'AssumeRole', kind: 'error500' })
    await served(box, 'admin')
    expect(box.calls('AssumeRole')).toHaveLength(2)
  })

  it('gives its session to exec and env', async () => {
    const box = await boxWithRoles()
    await box.run(['--profile', 'work', '--token-code', box.code()])
    const { AccessKeyId } = await served(box, 'admin')
    const { stdout } = await box.run(['env', '--profile', 'admin', '--shell', 'dotenv'])
    expect(stdout).toContain(AccessKeyId)
    const print = 'process.stdout.write(process.env.AWS_ACCESS_KEY_ID)'
    const run = await box.run(['exec', '-p', 'admin', '--', process.execPath, '-e', print])
    expect(run.stdout).toBe(AccessKeyId)
  })

  it('is listed by status and removed by logout', async () => {
    const box = await boxWithRoles()
    await box.run(['--profile', 'admin', '--token-code', box.code()])
    const status = await box.run(['status', '--profile', 'admin', '--json'])
    expect(JSON.parse(status.stdout)).toMatchObject({
      sessions: [
        {
          profile: 'admin-mfa',
          source: 'admin',
          role: 'arn:aws:iam::123456789012:role/admin',
          account: '123456789012',
          isValid: true,
        },
      ],
    })
    const text = await box.run(['status', '--profile', 'admin'])
    expect(text.stdout).toMatch(
      /^PROFILE +ACCOUNT +ROLE +TIME +EXPIRES +PLACE\nadmin-mfa +123456789012 +admin +1 h left +\d/,
    )
    await box.run(['logout', '--profile', 'admin'])
    expect(box.read('credentials')).toBe(box.keysSection())
    expect((await box.run(['status', '--profile', 'admin'])).code).toBe(1)
    expect((await box.run(['status', '--profile', 'work'])).code).toBe(0)
  })
})

describe('login --to of a role', () => {
  it('refuses a profile with another role', async () => {
    const box = await boxWithRoles()
    await box.run(['--profile', 'work', '--token-code', box.code()])
    const [before, credentials] = [box.read('config'), box.read('credentials')]
    const plain = await box.run(['--profile', 'admin', '--to', 'far'])
    expect(plain).toMatchObject({ code: 3, stdout: '' })
    expect(plain.stderr).toContain('The target profile far stands for another role')
    expect([box.read('config'), box.read('credentials')]).toEqual([before, credentials])
    await box.run(['setup', '--yes', '--profile', 'deploy'])
    const wired = await box.run(['--profile', 'admin', '--to', 'deploy'])
    expect(wired).toMatchObject({ code: 3, stdout: '' })
    const own = await box.run(['--profile', 'deploy', '--to', 'deploy'])
    expect(own.code).toBe(0)
  })
})

describe('setup of a profile with a role', () => {
  const SETUP = ['setup', '--yes', '--profile', 'admin']

  it('hides the role from SDKs, and --undo restores it', async () => {
    const box = await boxWithRoles()
    const before = box.read('config')
    const { code, stderr } = await box.run(SETUP)
    expect(code).toBe(0)
    expect(stderr).toContain('role_arn becomes mfa_login_role_arn')
    expect(stderr).toContain('the long-term keys stay in [work]')
    expect(stderr).toContain('aws configure set region eu-west-1 --profile admin')
    expect(box.read('config')).toMatch(
      /\[profile admin\]\n(.*\n)*mfa_login_role_arn = .*\nmfa_login_source_profile = work\ncredential_process = .*--profile admin\n/,
    )
    expect(box.read('credentials')).toBe(box.keysSection())
    const login = await box.run(['--profile', 'admin', '--token-code', box.code()], { env: BASH })
    expect(login.stdout).toBe('export AWS_PROFILE=admin\n')
    expect(box.read('credentials')).toBe(box.keysSection())
    await box.run([...SETUP, '--undo'])
    expect(box.read('config')).toBe(before)
  })

  it('does not change keys that are not the source of the role', async () => {
    const box = await boxWithRoles()
    box.write('credentials', box.keysSection() + box.keysSection('admin'))
    const before = box.read('config')
    const { code, stderr } = await box.run(SETUP)
    expect(code).toBe(3)
    expect(stderr).toContain('has long-term keys and a role')
    expect(box.read('config')).toBe(before)
  })

  it.runIf(has('aws', '--version'))('lets the AWS CLI use the role', async () => {
    const box = await boxWithRoles()
    await box.run(SETUP)
    await box.run(['--profile', 'admin', '--token-code', box.code()])
    const words = ['--profile', 'admin', '--region', 'eu-west-1', '--endpoint-url', box.aws.url]
    const cli = spawn('aws', [...words, 'sts', 'get-caller-identity'], { env: box.env })
    const { stdout } = await outcomeOf(cli)
    expect(stdout).toContain('assumed-role/admin/alice')
    expect(box.calls('AssumeRole')).toEqual(['OK'])
  })
})

describe('doctor for a profile with a role', () => {
  const DOCTOR = ['doctor', '--profile', 'admin']

  async function diagnosed(box: Sandbox): Promise<string[]> {
    const { stdout } = await box.run([...DOCTOR, '--json'], { env: { AWS_REGION: 'eu-west-1' } })
    const { findings } = JSON.parse(stdout) as { findings: { code: string }[] }
    return findings.map(({ code }) => code)
  }

  it('checks the keys and the device of its source', async () => {
    const box = await boxWithRoles()
    await box.run(['--profile', 'admin', '--token-code', box.code()])
    // AWS tools assume the role themselves, without MFA.
    expect(await diagnosed(box)).toEqual(['session-not-used'])
    box.write('config', box.read('config').replace('mfa/alice', 'mfa/bob'))
    expect(await diagnosed(box)).toContain('serial-unknown')
    box.write('credentials', '')
    expect(await diagnosed(box)).toContain('no-keys')
    const other = 'web_identity_token_file = /run/token'
    box.write('config', box.read('config').replace('source_profile = work', other))
    expect(await diagnosed(box)).toEqual([])
  })

  it('tells whether the role itself has a session', async () => {
    const box = await boxWithRoles()
    await box.run(['setup', '--yes', '--profile', 'admin'])
    await box.run(['--profile', 'work', '--token-code', box.code()])
    expect(await diagnosed(box)).toEqual(['no-session'])
    await box.run(['--profile', 'admin'])
    expect(await diagnosed(box)).toEqual([])
  })

  it('reports a loop of source_profile settings', async () => {
    const box = await boxWithRoles()
    box.write('config', box.read('config').replace('source_profile = work', 'source_profile = far'))
    const { code, stdout, stderr } = await box.run(DOCTOR)
    expect(code).toBe(1)
    expect(stdout).toContain('error role-source\n  The source_profile settings form a circle')
    expect(stderr).toBe('')
  })

  it('says what it did not check and explains a refusal with it', async () => {
    const box = await boxWithRoles()
    const env = { AWS_REGION: 'eu-west-1' }
    await box.run(['--profile', 'admin', '--token-code', box.code()])
    const unwired = box.read('config')
    await box.run(['setup', '--profile', 'admin', '--yes'])
    const { code, stdout, stderr } = await box.run(DOCTOR, { env })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('the trust policy of arn:aws:iam::123456789012:role/admin')
    expect(stdout).toContain('mfa-login policy check --live --profile work\n')
    const other = 'credential_source = Ec2InstanceMetadata'
    box.write('config', unwired.replace('source_profile = work', other))
    expect((await box.run(DOCTOR, { env })).stderr).toBe(
      'The profile admin assumes its role with Ec2InstanceMetadata, which mfa-login does not check.\n',
    )
  })
})

it('policy apply works with the session of a role', async () => {
  const box = await boxWithRoles()
  await box.run(['--profile', 'work', '--token-code', box.code()])
  const { code, stderr } = await box.run([
    'policy',
    'apply',
    '--profile',
    'admin',
    '--user',
    'alice',
    '--name',
    'mfa',
    '--dry-run',
  ])
  expect(stderr).toContain('attach mfa to the user alice')
  expect(code).toBe(0)
  const { AccessKeyId } = await served(box, 'admin')
  const reads = box.aws.requests.filter(({ service }) => service === 'iam')
  expect(new Set(reads.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set([AccessKeyId]))
})

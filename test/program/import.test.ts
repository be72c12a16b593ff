import { execFile } from 'node:child_process'
import { formatLocalTime } from '../../src/session/model/local-time.ts'
import { readdirSync } from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, it, test } from 'vitest'
import { createAccount, createRole, userArn, type Account } from '../../src/local-aws/index.ts'
import { allowAllPolicy } from '../../src/policy/documents.ts'
import { printing } from '../support/codes.ts'
import { expectPrivate } from '../support/private.ts'
import { has } from '../support/programs.ts'
import { COMMAND, sandbox, type Sandbox } from '../support/sandbox.ts'

const exec = promisify(execFile)
const ALICE = 'arn:aws:iam::123456789012:user/alice'
const ROLE = 'arn:aws:iam::123456789012:role/SingerRole'

const both = (box: Sandbox): string[] => [box.read('credentials'), box.read('config')]
const backups = (box: Sandbox): string[] =>
  readdirSync(box.path('')).filter((name) => name.includes('backup'))

/** The user of a profile, as the clients here see it. */
async function seenBy(box: Sandbox, profile: string): Promise<string[]> {
  const env = {
    ...box.env,
    AWS_PROFILE: profile,
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
  }
  const script = `
    import { STSClient, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
    console.log((await new STSClient({}).send(new GetCallerIdentityCommand({}))).Arn)`
  const node = await exec(process.execPath, ['--input-type=module', '-e', script], { env })
  const seen = [node.stdout.trim()]
  if (has('python3', '-c', 'import boto3')) {
    const python = `import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])`
    seen.push((await exec('python3', ['-c', python], { env })).stdout.trim())
  }
  if (has('aws', '--version')) {
    const args = ['--endpoint-url', box.aws.url, 'sts', 'get-caller-identity', '--output', 'json']
    seen.push((JSON.parse((await exec('aws', args, { env })).stdout) as { Arn: string }).Arn)
  }
  return seen
}

describe('import from aws-vault', () => {
  const CONFIG = `[profile common]
region=eu-west-1
mfa_process=${printing('~/code')}

[profile work]
include_profile = common
`
  async function withVault(): Promise<Sandbox> {
    const box = await sandbox()
    box.write(
      'config',
      CONFIG.replace(printing('~/code'), () => printing(`${box.home}/code`)),
    )
    return box
  }
  const command = `${COMMAND} import`

  it('asks, writes, and then a login has what it needs', async () => {
    const box = await withVault()
    // It finds and remembers the device, and nobody tells it a code.
    expect((await box.run(['--profile', 'work'])).code).toBe(6)
    const before = both(box)

    const run = box.terminal(`${command} --from aws-vault`)
    await run.answer('Make this change?', 'y')
    expect(await run.exit).toBe(0)
    expect(run.screen).toContain(
      'aws-vault, profile work: region and mfa_process, which it includes',
    )
    expect(box.read('config')).toBe(
      `${before[1]!}region = eu-west-1\nmfa_process = ${printing(`${box.home}/code`)}\n`,
    )
    expect(box.read('credentials')).toBe(before[0])
    expect(backups(box).map((name) => box.read(name))).toEqual([before[1]])
    for (const name of backups(box)) expectPrivate(box.path(name))

    box.freshStep()
    box.write('../code', box.code())
    expect((await box.run(['--profile', 'work'])).code).toBe(0)
    expect(new Set(await seenBy(box, 'work-mfa'))).toEqual(new Set([ALICE]))
  })

  it('changes nothing a second time', async () => {
    const box = await withVault()
    expect((await box.run(['import', '--yes'])).code).toBe(0)
    const once = [...both(box), ...backups(box)]
    const { code, stderr, stdout } = await box.run(['import', '--yes'])
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toContain('There is nothing to change.')
    expect([...both(box), ...backups(box)]).toEqual(once)
  })

  it('changes nothing with --dry-run', async () => {
    const box = await withVault()
    const before = both(box)
    const { code, stderr } = await box.run(['import', '--dry-run'])
    expect(code).toBe(0)
    expect(stderr).toContain('config: the profile work gets region and mfa_process')
    expect([...both(box), ...backups(box)]).toEqual(before)
  })

  it('changes nothing on no, nor without anybody to ask', async () => {
    const box = await withVault()
    const before = both(box)
    const run = box.terminal(command)
    await run.answer('Make this change?', 'n')
    expect(await run.exit).toBe(130)
    const { code, stderr } = await box.run(['import', '--from', 'aws-vault', '-p', 'work'])
    expect(code).toBe(2)
    expect(stderr).toContain('Try: mfa-login import --yes --from aws-vault --profile work')
    expect([...both(box), ...backups(box)]).toEqual(before)
  })

  it('replaces its credential_process, and setup --undo takes that back', async () => {
    const box = await sandbox()
    box.write(
      'config',
      '[profile work]\ncredential_process = aws-vault export --format=json work\n',
    )
    const before = both(box)
    const { code, stderr } = await box.run(['import', '--yes'])
    expect({ code, stderr: stderr.includes(box.key.secretAccessKey) }).toEqual({
      code: 0,
      stderr: false,
    })
    expect(box.read('credentials')).toContain('[work-long-term]')
    expect((await box.run(['--profile', 'work', '--token-code', box.code()])).code).toBe(0)
    expect(new Set(await seenBy(box, 'work'))).toEqual(new Set([ALICE]))
    expect((await box.run(['setup', '--profile', 'work', '--undo', '--yes'])).code).toBe(0)
    expect(box.read('credentials').trim()).toBe(before[0]!.trim())
    expect(backups(box).map((name) => box.read(name))).toEqual(expect.arrayContaining(before))
  })
})

it('import from aws-mfa: its session lives on, and is not asked for again', async () => {
  const box = await sandbox()
  box.write(
    'credentials',
    `${box.keysSection('work-long-term')}aws_mfa_device = ${box.device.serialNumber}\n`,
  )
  expect((await box.run(['--profile', 'work', '--token-code', box.code()])).code).toBe(0)
  // As aws-mfa 0.0.12 would have written this session.
  const end = /x_security_token_expires = (\S+)T(\S+)Z\n/
  const [, day = '', time = ''] = end.exec(box.read('credentials'))!
  const session = box
    .read('credentials')
    .replace(end, `expiration = ${day} ${time}\nassumed_role = False\n`)
  box.write('credentials', session)
  expect((await box.run(['logout', '--all'])).code).toBe(0)
  box.write('credentials', session)

  expect((await box.run(['import', '--yes'])).code).toBe(0)
  const { code, stderr } = await box.run(['--profile', 'work'])
  expect(code, stderr).toBe(0)
  expect(stderr).toContain(`is still valid until ${formatLocalTime(`${day}T${time}Z`)} (`)
  expect(box.calls()).toEqual(['OK'])
  expect(new Set(await seenBy(box, 'work'))).toEqual(new Set([ALICE]))
})

it('import from vegas-credentials: mfa-login takes the role', async () => {
  const account: Account = createAccount()
  const policies = [{ name: 'all', document: allowAllPolicy() }]
  const trusts = [userArn(account, account.users[0]!)]
  account.roles.push(createRole('SingerRole', { trusts, requiresMfa: true, policies }))
  const box = await sandbox(account)
  box.write(
    'config',
    `[profile work]\nmfa_serial = ${box.device.serialNumber}\nregion = eu-west-1\n\n` +
      `[profile frank@concerts]\ncredential_process = vegas-credentials assume --profile=frank@concerts\nvegas_role_arn=${ROLE}\nvegas_source_profile=work\n`,
  )
  expect((await box.run(['import', '--yes', '--profile', 'frank@concerts'])).code).toBe(0)
  const login = await box.run(['--profile', 'frank@concerts', '--token-code', box.code()])
  expect(login.code, login.stderr).toBe(0)
  const role = ROLE.replace(':iam:', ':sts:').replace('role/', 'assumed-role/')
  for (const arn of await seenBy(box, 'frank@concerts')) expect(arn).toContain(role)
})

describe('import', () => {
  const VAULT =
    '[profile c]\nregion = x\n[profile a]\ninclude_profile = c\n[profile b]\ninclude_profile = c\n'

  it('of one profile leaves the others', async () => {
    const box = await sandbox()
    box.write('config', VAULT)
    expect((await box.run(['import', '--yes', '--profile', 'b'])).code).toBe(0)
    expect(box.read('config')).toBe(`${VAULT}region = x\n`)
  })

  test.each<[string, string[], string]>([
    ['any tool', [], 'No settings of the supported tools (aws-mfa, aws-vault'],
    ['one tool', ['--from', 'granted'], 'No settings of granted found in'],
    ['a profile', ['--profile', 'work'], 'found for the profile work in'],
  ])('says where nothing is left of %s', async (_, args, words) => {
    const box = await sandbox()
    const before = both(box)
    const { code, stdout, stderr } = await box.run(['import', ...args])
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toContain(words)
    expect([...both(box), ...backups(box)]).toEqual(before)
  })

  test.each<[string, string[], string, number, string]>([
    ['an unknown tool', ['--from', 'x'], VAULT, 2, 'Try: --from aws-mfa or aws-vault'],
    ['an unreadable profile name', ['--profile', 'a#b'], VAULT, 2, 'characters that AWS tools'],
    [
      'a file AWS tools cannot read',
      ['--yes'],
      `${VAULT}what\n`,
      3,
      'config:7: this line is neither',
    ],
  ])('refuses %s', async (_, args, config, exit, words) => {
    const box = await sandbox()
    box.write('config', config)
    const { code, stderr } = await box.run(['import', ...args])
    expect(stderr).toContain(words)
    expect(code).toBe(exit)
    expect([box.read('config'), ...backups(box)]).toEqual([config])
  })
})

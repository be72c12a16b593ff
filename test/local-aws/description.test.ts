/** Accounts as files describe them. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { AssumeRoleCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { format, resolveConfig } from 'prettier'
import { describe, expect, it, test } from 'vitest'
import { ACCOUNT_SCHEMA } from '../../src/local-aws/description/schema.ts'
import { codeAt, readAccount } from '../../src/local-aws/index.ts'
import { strictPolicy } from '../../src/policy/documents.ts'
import { firstDevice, firstUser, keysOf, NOW, start } from './rig.ts'

const docs = (name: string): string => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url))
const [, EXAMPLE = ''] =
  /```yaml\n([^]*?)```/.exec(readFileSync(docs('local-aws.md'), 'utf8')) ?? []

it('docs/local-aws.schema.json is the schema (vitest -u writes it)', async () => {
  const file = docs('local-aws.schema.json')
  const options = { ...(await resolveConfig(file)), filepath: file }
  const text = await format(JSON.stringify(ACCOUNT_SCHEMA), options)
  await expect(text).toMatchFileSnapshot(file)
})

describe('the example of the docs', () => {
  it('is an account in which MFA is mandatory', async () => {
    const aws = await start(await readAccount(EXAMPLE, 'team.yaml'))
    const credentials = keysOf(firstUser(aws))
    const client = { endpoint: aws.url, region: 'us-east-1' }
    const sts = new STSClient({ ...client, credentials })
    const role = { RoleArn: 'arn:aws:iam::123456789012:role/deploy', RoleSessionName: 'test' }
    await expect(sts.send(new AssumeRoleCommand(role))).rejects.toMatchObject({
      name: 'AccessDenied',
    })
    const { serialNumber: SerialNumber, seed } = firstDevice(aws)
    expect(seed).toBe('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP')
    const TokenCode = codeAt(firstDevice(aws), NOW)
    const { Credentials } = await sts.send(new GetSessionTokenCommand({ SerialNumber, TokenCode }))
    const session = {
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken!,
    }
    const withMfa = new STSClient({ ...client, credentials: session })
    const { AssumedRoleUser } = await withMfa.send(new AssumeRoleCommand(role))
    expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::123456789012:assumed-role/deploy/test')
  })

  it('has what it says, and what it leaves out', async () => {
    const { users, groups, unassignedDevices } = await readAccount(EXAMPLE, 'team.yaml')
    expect(users.map(({ name, path, keys }) => [name, path, keys.length])).toEqual([
      ['dana', '/', 1],
      ['erin', '/', 1],
      ['ci', '/machines/', 1],
    ])
    expect(users[2]!.keys[0]).toMatchObject({ accessKeyId: 'AKIAEXAMPLEOFCI12345' })
    expect(unassignedDevices.map(({ serialNumber }) => serialNumber)).toEqual([
      'arn:aws:iam::123456789012:mfa/erin',
    ])
    expect(groups[0]).toMatchObject({ members: ['dana', 'erin'] })
    expect(groups[0]!.attached).toEqual([
      'arn:aws:iam::123456789012:policy/mfa_mandatory',
      'arn:aws:iam::123456789012:policy/everything',
    ])
  })
})

it('may be JSON with tabs, and have the policy that policy show prints', async () => {
  const user = { name: 'alice', policies: { mfa_mandatory: strictPolicy() } }
  const text = JSON.stringify({ id: '012345678901', users: [user] }, undefined, '\t')
  const account = await readAccount(text, 'team.json')
  expect(account.id).toBe('012345678901')
  expect(account.users[0]!.policies[0]!.document).toEqual(strictPolicy())
})

const USERS = 'users:\n  - name: alice\n'

describe('a mistake is named with its line:', () => {
  test.each([
    ['', '1: the account must be an object'],
    ['users: []\n', '1: users must NOT have fewer than 1 items'],
    ['users:\n  - path: /\n', '2: users[0] needs a name'],
    [`${USERS}    kyes: []\n`, '3: users[0] has no kyes; keys may be meant'],
    [`${USERS}    keys: 1\n`, '3: users[0].keys must be a list'],
    [`id: 123456789012\n${USERS}`, '1: id must be text; put it in quotation marks'],
    [`${USERS}id: '12'\n`, '3: id is not twelve digits in quotation marks; default 123456789012'],
    [`${USERS}partition: azure\n`, '3: partition must be aws or aws-cn or aws-us-gov'],
    [`${USERS}  - name: Alice\n`, '3: users[1].name: alice is there a second time'],
    [
      `${USERS}    attached: [admin]\n`,
      '3: users[0].attached[0]: there is no admin among managedPolicies',
    ],
    [`${USERS}    boundary: b\n`, '3: users[0].boundary: there is no b among managedPolicies'],
    [
      `${USERS}groups:\n  - name: g\n    members:\n      - bob\n`,
      '6: groups[0].members[0]: there is no user bob',
    ],
    [`${USERS}    devices: [{ seed: 018 }]\n`, '3: users[0].devices[0].seed must be text'],
    [`${USERS}    devices: [{ seed: short }]\n`, '3: users[0].devices[0].seed is not at least 16'],
    [
      `${USERS}    devices: [{}, {}]\n`,
      '3: users[0].devices: arn:aws:iam::123456789012:mfa/alice is there a second',
    ],
    [`${USERS}  name: x\n`, '3: '],
    [`${USERS}users: []\n`, '3: Map keys must be unique'],
    [`a: &a [x]\nb: &b [*a, *a]\n${'c: [*b, *b]\n'.repeat(1)}${USERS}`, '1: the account has no a'],
    [
      `${USERS}    policies:\n      p:\n        Version: 2012-10-17\n        Statement:\n          - Effect: Allow\n            Action: '*'\n            Resource: '*'\n          - Effect: Maybe\n            Action: '*'\n            Resource: '*'\n`,
      '10: users[0].policies.p: Statement 2: Effect must be "Allow" or "Deny"',
    ],
    [
      `${USERS}roles:\n  - name: r\n    trustPolicy:\n      Statement: { Effect: Allow, Action: sts:AssumeRole }\n`,
      '5: roles[0].trustPolicy: Statement 1 has no Principal',
    ],
    [
      `${USERS}roles:\n  - name: r\n    trustPolicy: {}\n`,
      '5: roles[0].trustPolicy: Policy: Statement is empty',
    ],
  ])('%j', async (text, problem) => {
    const failure: unknown = await readAccount(text, 'team.yaml').catch((error: unknown) => error)
    expect((failure as Error).message).toContain(`team.yaml:${problem}`)
    expect((failure as Error).message).not.toContain('\n')
  })

  it('aliases that grow without end', async () => {
    const levels = Array.from({ length: 12 }, (_, at) => {
      const before = at === 0 ? 'x' : `*a${at - 1}`
      return `a${at}: &a${at} [${Array<string>(9).fill(before).join(', ')}]\n`
    })
    const reading = readAccount(`${levels.join('')}${USERS}`, 'team.yaml')
    await expect(reading).rejects.toThrow('team.yaml:1: its aliases grow without end.')
  })
})

/** What the client reads of a whole account, from the local AWS. */
import { afterEach, describe, expect, it, test } from 'vitest'
import { AwsError } from '../../src/aws/api.ts'
import { connectAws } from '../../src/aws/client.ts'
import { parseCredentialReport } from '../../src/aws/iam/credential-report.ts'
import { readAuthorizationDetails, readCredentialReport } from '../../src/aws/whole-account.ts'
import {
  createAccessKey,
  createAccount,
  createGroup,
  createManagedPolicy,
  createRole,
  createUser,
  startLocalAws,
  type Account,
  type LocalAws,
} from '../../src/local-aws/index.ts'
import { allowAllPolicy, strictPolicy } from '../../src/policy/documents.ts'
import { auditAccount } from '../support/audit-account.ts'
import { client } from '../support/platform.ts'

const IAM = 'arn:aws:iam::123456789012'
const CREATED = Date.UTC(2024, 0, 15)
const policies = [{ name: 'all', document: allowAllPolicy() }]

let running: LocalAws | undefined
afterEach(async () => running?.close())

/** The first user signs, and may do everything. */
async function connect(parts: Partial<Account> = {}) {
  const admin = createUser('admin', { policies })
  const account = createAccount({ ...parts, users: [admin, ...(parts.users ?? [])] })
  running = await startLocalAws({ account })
  const settings = { keys: admin.keys[0]!, region: 'eu-west-1', endpoint: running.url }
  const slept: number[] = []
  const context = {
    sleep: async (milliseconds: number) => {
      slept.push(milliseconds)
      running!.faults.clockOffsetMs += milliseconds
      await Promise.resolve()
    },
  }
  return { aws: connectAws(settings, client), local: running, context, slept }
}

describe('authorization details', () => {
  it('are the same whatever the pages, with decoded documents', async () => {
    const bob = createUser('bob', {
      path: '/team/',
      attached: [`${IAM}:policy/mfa`],
      boundary: `${IAM}:policy/mfa`,
      tags: { mfa: 'exempt' },
    })
    const mfa = createManagedPolicy(`${IAM}:policy/mfa`, strictPolicy())
    mfa.versions.push({ ...mfa.versions[0]!, id: 'v2', text: '{"not": "the default"}' })
    const { aws, context } = await connect({
      users: [bob],
      groups: [createGroup('devs', { members: ['bob'], policies })],
      roles: [createRole('deploy', { trusts: [`${IAM}:user/team/bob`] })],
      managedPolicies: [mfa],
    })
    const details = await readAuthorizationDetails(context, aws)
    expect(details.users[1]).toEqual({
      name: 'bob',
      arn: `${IAM}:user/team/bob`,
      path: '/team/',
      createdAt: CREATED,
      inline: [],
      attached: [`${IAM}:policy/mfa`],
      groups: ['devs'],
      boundary: `${IAM}:policy/mfa`,
      tags: { mfa: 'exempt' },
    })
    const [devs] = details.groups
    expect(devs).toMatchObject({ name: 'devs', arn: `${IAM}:group/devs`, attached: [] })
    expect(JSON.parse(devs!.inline[0]!.text)).toEqual(allowAllPolicy())
    const [role] = details.roles
    expect(role).toMatchObject({ name: 'deploy', lastUsed: undefined })
    expect(JSON.parse(role!.trustPolicy)).toMatchObject({
      Statement: [{ Principal: { AWS: [`${IAM}:user/team/bob`] } }],
    })
    expect(details.policies).toHaveLength(1)
    expect(details.policies[0]).toMatchObject({ name: 'mfa', attachments: 1 })
    expect(JSON.parse(details.policies[0]!.text)).toEqual(strictPolicy())
  })

  it('come in pages of 500, and a throttled page is asked for again', async () => {
    const users = Array.from({ length: 1500 }, (_, index) => createUser(`user${index}`))
    const { aws, local, context, slept } = await connect({ users })
    local.faults.next.push({ kind: 'throttle', action: 'GetAccountAuthorizationDetails' })
    const details = await readAuthorizationDetails(context, aws)
    expect(details.users.map(({ name }) => name)).toEqual([
      'admin',
      ...users.map(({ name }) => name),
    ])
    expect(local.requests.map(({ outcome }) => outcome)).toEqual([
      'Throttling',
      'OK',
      'OK',
      'OK',
      'OK',
    ])
    expect(slept).toEqual([400])
  })
})

describe('the credential report', () => {
  it('is waited for', async () => {
    const { aws, local, context, slept } = await connect({ credentialReportMs: 1200 })
    const rows = await readCredentialReport(context, aws)
    expect(rows.map(({ user }) => user)).toEqual(['<root_account>', 'admin'])
    expect(slept).toEqual([500, 1000])
    expect(local.requests.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'GenerateCredentialReport OK',
      'GetCredentialReport ReportInProgress',
      'GetCredentialReport ReportInProgress',
      'GetCredentialReport OK',
    ])
  })

  it('is given up after about a minute', async () => {
    const { aws, context, slept } = await connect({ credentialReportMs: 3_600_000 })
    await expect(readCredentialReport(context, aws)).rejects.toMatchObject({
      code: 'CredentialReportNotReady',
    })
    expect(slept.reduce((sum, each) => sum + each, 0)).toBe(63_500)
  })

  it('has the keys, the password and the devices of each user', async () => {
    const at = Date.UTC(2026, 0, 2, 3, 4, 5)
    const lastUsed = { at, service: 's3', region: 'eu-west-1' }
    const bob = createUser('a,b', {
      password: 'a secret',
      passwordLastUsed: at,
      keys: [createAccessKey({ lastUsed }), createAccessKey({ status: 'Inactive' })],
    })
    const { aws, context } = await connect({ users: [bob, createUser('new', { keys: [] })] })
    const [root, row, , fresh] = await readCredentialReport(context, aws)
    expect(root).toEqual({
      user: '<root_account>',
      arn: `${IAM}:root`,
      hasMfa: false,
      hasPassword: undefined,
      passwordLastUsed: null,
      passwordChangedAt: null,
      keys: [],
    })
    expect(row).toEqual({
      user: 'a,b',
      arn: `${IAM}:user/a,b`,
      hasMfa: false,
      hasPassword: true,
      passwordLastUsed: at,
      passwordChangedAt: CREATED,
      keys: [
        { isActive: true, changedAt: CREATED, lastUsed: at, lastService: 's3' },
        { isActive: false, changedAt: CREATED, lastUsed: null, lastService: null },
      ],
    })
    expect(fresh).toMatchObject({ user: 'new', hasPassword: false, keys: [] })
  })
})

describe('a report as text', () => {
  const HEADER =
    'user,arn,password_enabled,password_last_used,password_last_changed,mfa_active,' +
    [1, 2]
      .flatMap((key) =>
        ['active', 'last_rotated', 'last_used_date', 'last_used_service'].map(
          (column) => `access_key_${key}_${column}`,
        ),
      )
      .join(',')
  const ROW = `bob,${IAM}:user/bob,TRUE,no_information,N/A,false,true,2026-01-02T03:04:05+00:00,N/A,N/A,false,N/A,N/A,N/A`

  it('may have other columns, names with commas and Windows’s line ends', () => {
    const text = [`new_column,${HEADER},last`, `x,${ROW},y`, ''].join('\r\n')
    expect(parseCredentialReport(text)).toMatchObject([
      {
        user: 'bob',
        hasPassword: true,
        hasMfa: false,
        keys: [{ isActive: true, changedAt: Date.UTC(2026, 0, 2, 3, 4, 5) }],
      },
    ])
    const bare = ROW.replaceAll('bob', 'b,o,b')
    expect(parseCredentialReport(`${HEADER}\n${bare}`)).toMatchObject([
      { user: 'b,o,b', arn: `${IAM}:user/b,o,b` },
    ])
  })

  test.each([
    ['', 'it has no rows'],
    [`${HEADER}\n`, 'it has no rows'],
    [`user,arn\n${IAM},x`, 'it has no column access_key_1_last_rotated'],
    [`${HEADER}\n${ROW}\nbob,${IAM}:u`, 'line 3 has 2 columns, the first line 14'],
    [`${HEADER}\n\n${ROW}`, 'line 2 has 1 columns, the first line 14'],
    [
      `${HEADER}\n${ROW.replace('TRUE', 'maybe')}`,
      'password_enabled in line 2 is neither true nor false',
    ],
    [
      `${HEADER}\n${ROW.replace('no_information', 'soon')}`,
      'password_last_used in line 2 is no time',
    ],
    ['<html>\n<p>Please, sign in', 'line 2 has 2 columns, the first line 1'],
  ])('%j is refused: %s', (text, problem) => {
    const parse = (): unknown => parseCredentialReport(text)
    expect(parse).toThrow(AwsError)
    expect(parse).toThrow(`the credential report is cut off or malformed: ${problem}`)
  })
})

test('a login profile says whether a new password is due; undefined without one and without a user', async () => {
  const bob = createUser('bob', { password: 'a secret', mustResetPassword: true })
  const { aws } = await connect({ users: [bob, createUser('eve')] })
  expect(await aws.loginProfile('bob')).toEqual({ createdAt: CREATED, mustReset: true })
  expect(await aws.loginProfile('eve')).toBeUndefined()
  expect(await aws.loginProfile('gone')).toBeUndefined()
})

test('a policy is detached, put back to an earlier version, and deleted', async () => {
  const arn = `${IAM}:policy/mfa`
  const mfa = createManagedPolicy(arn, strictPolicy())
  mfa.versions.push({ ...mfa.versions[0]!, id: 'v2' })
  mfa.defaultVersionId = 'v2'
  const devs = createGroup('devs', { attached: [arn] })
  const bob = createUser('bob', { attached: [arn], boundary: arn, tags: { mfa: 'exempt' } })
  const { aws, local } = await connect({ users: [bob], groups: [devs], managedPolicies: [mfa] })
  expect(await aws.getUser('bob')).toEqual({
    arn: `${IAM}:user/bob`,
    boundary: arn,
    tags: { mfa: 'exempt' },
  })
  const admin = { arn: `${IAM}:user/admin`, boundary: undefined, tags: {} }
  expect(await aws.getUser()).toEqual(admin)
  await aws.detachPolicy({ kind: 'user', name: 'bob' }, arn)
  await aws.detachPolicy({ kind: 'group', name: 'devs' }, arn)
  expect([bob.attached, devs.attached]).toEqual([[], []])
  await aws.setDefaultPolicyVersion(arn, 'v1')
  expect(mfa.defaultVersionId).toBe('v1')
  await aws.deletePolicyVersion(arn, 'v2')
  await expect(aws.deletePolicy(arn)).rejects.toMatchObject({ code: 'DeleteConflict' })
  bob.boundary = undefined
  await aws.deletePolicy(arn)
  expect(local.account.managedPolicies).toEqual([])
})

test('SecurityAudit is enough to read a whole account, and to change nothing', async () => {
  running = await startLocalAws({ account: auditAccount(Date.now()) })
  const keys = running.account.users[0]!.keys[0]!
  const aws = connectAws({ keys, region: 'eu-west-1', endpoint: running.url }, client)
  const context = { sleep: () => Promise.reject(new Error('there is nothing to wait for')) }
  const details = await readAuthorizationDetails(context, aws)
  expect(details.users).toHaveLength(40)
  const rows = await readCredentialReport(context, aws)
  expect(rows).toHaveLength(41)
  expect(rows.map(({ user }) => user)).toEqual(
    expect.arrayContaining(['<root_account>', ...details.users.map(({ name }) => name)]),
  )
  const assigned = await aws.listVirtualDevices('Assigned')
  expect(assigned.map(({ userName }) => userName)).not.toContain(undefined)
  expect(assigned.length).toBe((await aws.listVirtualDevices()).length - 1)
  expect(await aws.listMfaDevices('bob')).toEqual(['GAHT12345671'])
  expect(await aws.listMfaDevices('carol')).toEqual([expect.stringContaining(':u2f/user/carol/')])
  expect(await aws.loginProfile('ivan')).toMatchObject({ mustReset: true })
  expect((await aws.accountSummary()).get('AccountMFAEnabled')).toBe(0)
  await expect(
    aws.detachPolicy({ kind: 'group', name: 'developers' }, `${IAM}:policy/mfa-strict`),
  ).rejects.toMatchObject({ code: 'AccessDenied' })
})

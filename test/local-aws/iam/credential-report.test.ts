import {
  GenerateCredentialReportCommand,
  GetCredentialReportCommand,
  type IAMClient,
} from '@aws-sdk/client-iam'
import { expect, test } from 'vitest'
import {
  createAccessKey,
  createUser,
  createVirtualDevice,
  type Account,
  type User,
} from '../../../src/local-aws/index.ts'
import { NOW, refusal, startAdministered } from '../rig.ts'

const HOUR = 3_600_000

async function reportOf(users: User[], parts: Partial<Account> = {}): Promise<string[]> {
  const { iam } = await startAdministered(users, parts)
  await iam.send(new GenerateCredentialReportCommand())
  return linesOf(iam)
}

async function linesOf(iam: IAMClient): Promise<string[]> {
  const { Content, ReportFormat } = await iam.send(new GetCredentialReportCommand())
  expect(ReportFormat).toBe('text/csv')
  return new TextDecoder().decode(Content).split('\n')
}

test('the root user comes first, with what AWS does not tell of it', async () => {
  const [header, root, admin, ...others] = await reportOf([])
  expect(header).toBe(
    'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated',
  )
  expect(root).toBe(
    '<root_account>,arn:aws:iam::123456789012:root,2024-01-15T00:00:00Z,not_supported,no_information,not_supported,not_supported,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A',
  )
  expect(admin).toMatch(/^admin,arn:aws:iam::123456789012:user\/admin,2024-01-15T00:00:00Z,false,/)
  expect(others).toEqual([])
})

test('a row has the password, the devices and the keys of a user', async () => {
  const at = Date.UTC(2026, 0, 2, 3, 4, 5)
  const lastUsed = { at, region: 'eu-west-1', service: 's3' }
  const security = createVirtualDevice('arn:aws:iam::123456789012:u2f/user/zoe/key-AAA', {
    kind: 'fido',
  })
  const zoe = createUser('zoe', {
    path: '/team/',
    password: 'a secret',
    passwordSetAt: at,
    devices: [security],
    keys: [
      createAccessKey({ createdAt: at, lastUsed }),
      createAccessKey({ status: 'Inactive', createdAt: at }),
    ],
  })
  const bob = createUser('Bob', { password: 'a secret', passwordLastUsed: at, keys: [] })
  const [, , , bobRow, zoeRow] = await reportOf([zoe, bob])
  expect(bobRow).toBe(
    'Bob,arn:aws:iam::123456789012:user/Bob,2024-01-15T00:00:00Z,true,2026-01-02T03:04:05Z,2024-01-15T00:00:00Z,N/A,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A',
  )
  expect(zoeRow).toBe(
    'zoe,arn:aws:iam::123456789012:user/team/zoe,2024-01-15T00:00:00Z,true,no_information,2026-01-02T03:04:05Z,N/A,true,true,2026-01-02T03:04:05Z,2026-01-02T03:04:05Z,eu-west-1,s3,false,2026-01-02T03:04:05Z,N/A,N/A,N/A,false,N/A,false,N/A',
  )
})

test('a report is made once in four hours, and takes its time', async () => {
  const { aws, account, iam } = await startAdministered([], { credentialReportMs: 2000 })
  const generate = async () => (await iam.send(new GenerateCredentialReportCommand())).State
  const get = () => iam.send(new GetCredentialReportCommand())
  await expect(get()).rejects.toMatchObject(
    refusal('CredentialReportNotPresentException', 410, 'Unknown'),
  )
  expect(await generate()).toBe('STARTED')
  expect(await generate()).toBe('INPROGRESS')
  await expect(get()).rejects.toMatchObject(
    refusal('CredentialReportNotReadyException', 404, 'Unknown'),
  )
  aws.faults.clockOffsetMs = 2000
  account.users.push(createUser('late'))
  expect(await generate()).toBe('COMPLETE')
  expect((await get()).GeneratedTime).toEqual(new Date(Math.floor((NOW + 2000) / 1000) * 1000))
  expect(await linesOf(iam)).toHaveLength(3)
  aws.faults.clockOffsetMs = 4 * HOUR + 2001
  // The client signs at AWS's time after a refusal.
  await expect(get()).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' })
  await expect(get()).rejects.toMatchObject(
    refusal('CredentialReportExpiredException', 410, 'Unknown'),
  )
  expect(await generate()).toBe('STARTED')
  aws.faults.clockOffsetMs += 2000
  expect(await linesOf(iam)).toHaveLength(4)
})

import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
} from '@aws-sdk/client-sts'
import { describe, expect, test } from 'vitest'
import {
  codeAt,
  createAccount,
  createRole,
  createUser,
  createVirtualDevice,
  roleArn,
  userArn,
} from '../../src/local-aws/index.ts'
import { allowAllPolicy } from '../../src/policy/documents.ts'
import { firstDevice, firstUser, iamOf, keysIn, NOW, sessionOf, start, stsOf } from './rig.ts'
import { ListUsersCommand } from '@aws-sdk/client-iam'

const INVALID_CODE = 'MultiFactorAuthentication failed with invalid MFA one time pass code. '
const UNABLE =
  'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.'
const ROLE = 'arn:aws:iam::123456789012:role/deploy'

describe('GetSessionToken', () => {
  test('returns a session of the requested length, in whole seconds', async () => {
    const aws = await start()
    const device = firstDevice(aws)
    const { Credentials } = await stsOf(aws).send(
      new GetSessionTokenCommand({
        SerialNumber: device.serialNumber,
        TokenCode: codeAt(device, NOW),
        DurationSeconds: 900,
      }),
    )
    expect(Credentials).toMatchObject({
      AccessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/) as string,
      Expiration: new Date(NOW + 900_000),
    })
    expect(Credentials!.SessionToken!.length).toBeGreaterThan(100)
  })

  test('returns a session of twelve hours by default', async () => {
    const { Credentials } = await stsOf(await start()).send(new GetSessionTokenCommand())
    expect(Credentials!.Expiration).toEqual(new Date(NOW + 43_200_000))
  })

  test.each([-30_000, 0, 30_000])('accepts a code that is %i ms off', async (drift) => {
    expect((await sessionOf(await start(), { ahead: drift })).accessKeyId).toMatch(/^ASIA/)
  })

  test.each([-60_000, 60_000])('refuses a code that is %i ms off', async (drift) => {
    await expect(sessionOf(await start(), { ahead: drift })).rejects.toMatchObject({
      name: 'AccessDenied',
      message: INVALID_CODE,
      $metadata: { httpStatusCode: 403 },
    })
  })

  test('accepts a code once, and then the next code', async () => {
    const aws = await start()
    await sessionOf(aws)
    await expect(sessionOf(aws)).rejects.toMatchObject({ message: INVALID_CODE })
    await sessionOf(aws, { ahead: 30_000 })
  })

  test('refuses the serial number of another user, an unknown one, and that of a security key', async () => {
    const bob = createVirtualDevice('arn:aws:iam::123456789012:mfa/bob')
    const fido = createVirtualDevice('arn:aws:iam::123456789012:u2f/user/alice/key', {
      kind: 'fido',
    })
    const account = createAccount()
    account.users[0]!.devices.push(fido)
    account.users.push(createUser('bob', { devices: [bob] }))
    const aws = await start(account)
    for (const device of [bob, fido, createVirtualDevice('GAHT12345678')]) {
      const SerialNumber = device.serialNumber
      const command = new GetSessionTokenCommand({ SerialNumber, TokenCode: codeAt(device, NOW) })
      await expect(stsOf(aws).send(command)).rejects.toMatchObject({
        name: 'AccessDenied',
        message: UNABLE,
      })
    }
  })

  test('accepts a hardware token', async () => {
    const token = createVirtualDevice('GAHT12345678')
    const aws = await start(createAccount({ users: [createUser('carl', { devices: [token] })] }))
    expect((await sessionOf(aws)).accessKeyId).toMatch(/^ASIA/)
  })

  test('refuses a code without a serial number', async () => {
    const aws = await start()
    await expect(
      stsOf(aws).send(new GetSessionTokenCommand({ TokenCode: '123456' })),
    ).rejects.toMatchObject({
      name: 'AccessDenied',
      message:
        'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.',
    })
  })

  test.each([
    [
      { SerialNumber: 'short', TokenCode: '123456' },
      "1 validation error detected: Value 'short' at 'serialNumber' failed to satisfy constraint: Member must have length greater than or equal to 9",
    ],
    [
      { SerialNumber: 'arn:aws:iam::1:mfa/<a>', TokenCode: '123456' },
      String.raw`1 validation error detected: Value 'arn:aws:iam::1:mfa/<a>' at 'serialNumber' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=/:,.@-]*`,
    ],
    [
      { SerialNumber: 'GAHT12345678', TokenCode: 'abc' },
      String.raw`2 validation errors detected: Value 'abc' at 'tokenCode' failed to satisfy constraint: Member must have length greater than or equal to 6; Value 'abc' at 'tokenCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [\d]*`,
    ],
    [
      { DurationSeconds: 899 },
      "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
    ],
    [
      { DurationSeconds: 129_601 },
      "1 validation error detected: Value '129601' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 129600",
    ],
  ])('refuses %j', async (input, message) => {
    const command = new GetSessionTokenCommand(input)
    await expect(stsOf(await start()).send(command)).rejects.toMatchObject({
      name: 'ValidationError',
      message,
      $metadata: { httpStatusCode: 400 },
    })
  })

  test.each([true, false])('refuses a session (with MFA: %s)', async (mfa) => {
    const aws = await start()
    const sts = stsOf(aws, await sessionOf(aws, { mfa }))
    await expect(sts.send(new GetSessionTokenCommand())).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Cannot call GetSessionToken with session credentials',
    })
  })

  test('returns a session of an hour at most for root', async () => {
    const root = createUser('owner', { isRoot: true })
    const sts = stsOf(await start(createAccount({ users: [root] })))
    for (const input of [{}, { DurationSeconds: 7200 }]) {
      const { Credentials } = await sts.send(new GetSessionTokenCommand(input))
      expect(Credentials!.Expiration).toEqual(new Date(NOW + 3_600_000))
    }
  })
})

describe('GetCallerIdentity', () => {
  test('returns the user, even with an explicit deny', async () => {
    const aws = await start()
    const expected = {
      Arn: 'arn:aws:iam::123456789012:user/alice',
      Account: '123456789012',
      UserId: firstUser(aws).id,
    }
    const identify = new GetCallerIdentityCommand()
    expect(await stsOf(aws).send(identify)).toMatchObject(expected)
    expect(await stsOf(aws, await sessionOf(aws)).send(identify)).toMatchObject(expected)
    expect(await stsOf(aws, await sessionOf(aws, { mfa: false })).send(identify)).toMatchObject(
      expected,
    )
  })

  test('returns the account for root, in its partition', async () => {
    const root = createUser('owner', { isRoot: true })
    const aws = await start(createAccount({ users: [root], partition: 'aws-cn' }))
    expect(await stsOf(aws).send(new GetCallerIdentityCommand())).toMatchObject({
      Arn: 'arn:aws-cn:iam::123456789012:root',
      UserId: '123456789012',
    })
  })
})

describe('AssumeRole', () => {
  const command = new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'work' })
  const denied = {
    name: 'AccessDenied',
    message: `User: arn:aws:iam::123456789012:user/alice is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`,
  }

  async function startWithRole(parts: object = {}) {
    const account = createAccount()
    const trusts = [userArn(account, account.users[0]!)]
    const policies = [{ name: 'all', document: allowAllPolicy() }]
    account.roles.push(createRole('deploy', { trusts, policies, ...parts }))
    return start(account)
  }

  test('returns a session that can call IAM', async () => {
    const aws = await startWithRole({ requiresMfa: true })
    const answer = await stsOf(aws, await sessionOf(aws)).send(command)
    const arn = 'arn:aws:sts::123456789012:assumed-role/deploy/work'
    expect(answer.AssumedRoleUser!.Arn).toBe(arn)
    expect(answer.Credentials!.Expiration).toEqual(new Date(NOW + 3_600_000))
    const keys = keysIn(answer.Credentials)
    expect((await stsOf(aws, keys).send(new GetCallerIdentityCommand())).Arn).toBe(arn)
    expect((await iamOf(aws, keys).send(new ListUsersCommand())).Users).toHaveLength(1)
  })

  test('accepts a code', async () => {
    const aws = await startWithRole({ requiresMfa: true })
    firstUser(aws).policies = [{ name: 'all', document: allowAllPolicy() }]
    await expect(stsOf(aws).send(command)).rejects.toMatchObject(denied)
    const device = firstDevice(aws)
    const withCode = new AssumeRoleCommand({
      ...command.input,
      SerialNumber: device.serialNumber,
      TokenCode: codeAt(device, NOW),
    })
    expect((await stsOf(aws).send(withCode)).Credentials!.AccessKeyId).toMatch(/^ASIA/)
    await expect(stsOf(aws).send(withCode)).rejects.toMatchObject({ message: INVALID_CODE })
  })

  test('requires permission in the policies of the caller', async () => {
    const aws = await startWithRole()
    const byDeny = `${denied.message} with an explicit deny in an identity-based policy`
    await expect(stsOf(aws).send(command)).rejects.toMatchObject({ message: byDeny })
    firstUser(aws).policies = []
    const byNothing = `${denied.message} because no identity-based policy allows the sts:AssumeRole action`
    await expect(stsOf(aws).send(command)).rejects.toMatchObject({ message: byNothing })
  })

  test('refuses an unknown role and a role that does not trust the caller', async () => {
    for (const aws of [await start(), await startWithRole({ trusts: [] })]) {
      const sts = stsOf(aws, await sessionOf(aws))
      await expect(sts.send(command)).rejects.toMatchObject(denied)
    }
  })

  test('checks the external ID and the session name if the trust policy does', async () => {
    const external = await startWithRole({ externalId: 'x-1' })
    const named = await startWithRole({ requiresUserName: true })
    for (const [aws, good] of [
      [external, { ExternalId: 'x-1' }],
      [named, { RoleSessionName: 'alice' }],
    ] as const) {
      const sts = stsOf(aws, await sessionOf(aws))
      await expect(sts.send(command)).rejects.toMatchObject(denied)
      const trusted = new AssumeRoleCommand({ ...command.input, ...good })
      expect((await sts.send(trusted)).Credentials!.AccessKeyId).toMatch(/^ASIA/)
    }
  })

  test('limits role chaining to an hour', async () => {
    const aws = await startWithRole()
    const { account } = aws
    const trusts = [roleArn(account, account.roles[0]!)]
    account.roles.push(createRole('far', { trusts, maxSessionSeconds: 43_200 }))
    const session = await stsOf(aws, await sessionOf(aws)).send(command)
    const sts = stsOf(aws, keysIn(session.Credentials))
    const far = { ...command.input, RoleArn: roleArn(account, account.roles[1]!) }
    await expect(
      sts.send(new AssumeRoleCommand({ ...far, DurationSeconds: 3601 })),
    ).rejects.toMatchObject({
      name: 'ValidationError',
      message: /exceeds the 1 hour session limit for roles assumed by role chaining/,
    })
    const hour = new AssumeRoleCommand({ ...far, DurationSeconds: 3600 })
    expect((await sts.send(hour)).Credentials!.AccessKeyId).toMatch(/^ASIA/)
  })

  test('limits the session of a GetSessionToken session to an hour, and not that of a key with a code', async () => {
    const aws = await startWithRole({ maxSessionSeconds: 43_200 })
    const long = { ...command.input, DurationSeconds: 43_200 }
    const session = await sessionOf(aws, { ahead: -30_000 })
    await expect(stsOf(aws, session).send(new AssumeRoleCommand(long))).rejects.toMatchObject({
      name: 'ValidationError',
      message:
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    })
    const device = firstDevice(aws)
    const code = { SerialNumber: device.serialNumber, TokenCode: codeAt(device, NOW) }
    // The Deny of alice's policies sees the code.
    const { Credentials } = await stsOf(aws).send(new AssumeRoleCommand({ ...long, ...code }))
    expect(Credentials!.Expiration).toEqual(new Date(NOW + 43_200_000))
  })

  test('gives session tags and the source identity to the session, and transitive ones to the next', async () => {
    const tagged = (key: string, value: string) => ({
      name: 'all',
      document: {
        Version: '2012-10-17' as const,
        Statement: [
          {
            Effect: 'Allow' as const,
            Action: ['*'],
            Resource: ['*'],
            Condition: { StringEquals: { [key]: [value] } },
          },
        ],
      },
    })
    const aws = await startWithRole({ policies: [tagged('aws:PrincipalTag/team', 'core')] })
    const { account } = aws
    const trusts = [roleArn(account, account.roles[0]!)]
    const policies = [tagged('aws:SourceIdentity', 'alice')]
    account.roles.push(createRole('far', { trusts, policies }))
    const far = { ...command.input, RoleArn: roleArn(account, account.roles[1]!) }
    const mfa = await sessionOf(aws)
    const assume = async (more: object) => {
      const answer = await stsOf(aws, mfa).send(
        new AssumeRoleCommand({ ...command.input, ...more }),
      )
      return keysIn(answer.Credentials)
    }
    const Tags = [{ Key: 'team', Value: 'core' }]
    const without = await assume({ SourceIdentity: 'alice' })
    await expect(stsOf(aws, without).send(new AssumeRoleCommand(far))).rejects.toMatchObject({
      name: 'AccessDenied',
    })
    const marked = await assume({ Tags, TransitiveTagKeys: ['team'], SourceIdentity: 'alice' })
    const { Credentials } = await stsOf(aws, marked).send(new AssumeRoleCommand(far))
    const next = await iamOf(aws, keysIn(Credentials)).send(new ListUsersCommand())
    expect(next.Users).toHaveLength(1)
    account.roles[1]!.policies = [tagged('aws:PrincipalTag/team', 'core')]
    const again = await iamOf(aws, keysIn(Credentials)).send(new ListUsersCommand())
    expect(again.Users).toHaveLength(1)
  })

  test('limits the session to the maximum of the role', async () => {
    const aws = await startWithRole()
    const long = new AssumeRoleCommand({ ...command.input, DurationSeconds: 7200 })
    await expect(stsOf(aws, await sessionOf(aws)).send(long)).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    })
  })
})

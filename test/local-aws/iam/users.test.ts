import { ChangePasswordCommand, CreateUserCommand, ListUsersCommand } from '@aws-sdk/client-iam'
import { describe, expect, test } from 'vitest'
import { createUser } from '../../../src/local-aws/index.ts'
import { allowAllPolicy } from '../../../src/policy/documents.ts'
import { iamOf, keysOf, NOW, refusal, startAdministered } from '../rig.ts'

const policies = [{ name: 'everything', document: allowAllPolicy() }]

describe('CreateUser', () => {
  test('makes a user without keys', async () => {
    const { iam, account } = await startAdministered()
    const { User } = await iam.send(new CreateUserCommand({ UserName: 'bob' }))
    expect(User).toEqual({
      Path: '/',
      UserName: 'bob',
      UserId: account.users[1]!.id,
      Arn: 'arn:aws:iam::123456789012:user/bob',
      CreateDate: new Date(Math.floor(NOW / 1000) * 1000),
    })
    expect(account.users[1]!.keys).toEqual([])
    const { Users } = await iam.send(new ListUsersCommand())
    expect(Users!.map(({ UserName }) => UserName)).toEqual(['admin', 'bob'])
  })

  test.each(['bob', 'BOB'])('refuses %s if there is a user bob', async (UserName) => {
    const { iam, account } = await startAdministered([createUser('bob')])
    await expect(iam.send(new CreateUserCommand({ UserName }))).rejects.toMatchObject(
      refusal('EntityAlreadyExistsException', 409, `User with name ${UserName} already exists.`),
    )
    expect(account.users).toHaveLength(2)
  })

  test('refuses an invalid or missing name', async () => {
    const { iam } = await startAdministered()
    const spaced = new CreateUserCommand({ UserName: 'a b' })
    await expect(iam.send(spaced)).rejects.toMatchObject(
      refusal(
        'ValidationError',
        400,
        String.raw`1 validation error detected: Value 'a b' at 'userName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]+`,
      ),
    )
    const nameless = new CreateUserCommand({ UserName: undefined })
    await expect(iam.send(nameless)).rejects.toMatchObject(
      refusal(
        'ValidationError',
        400,
        "1 validation error detected: Value null at 'userName' failed to satisfy constraint: Member must not be null",
      ),
    )
  })
})

describe('ChangePassword', () => {
  const change = (OldPassword: string, NewPassword: string) =>
    new ChangePasswordCommand({ OldPassword, NewPassword })

  test('changes the password of the caller and records neither password', async () => {
    const bob = createUser('bob', { policies, password: 'old secret' })
    const { aws } = await startAdministered([bob])
    await iamOf(aws, keysOf(bob)).send(change('old secret', 'new secret'))
    expect(bob.password).toBe('new secret')
    expect(aws.requests).toHaveLength(1)
    expect(JSON.stringify(aws.requests)).not.toMatch(/old.secret|new.secret/)
  })

  test.each(['old secret', undefined])(
    'refuses a wrong old password (the password is %s)',
    async (password) => {
      const bob = createUser('bob', { policies, ...(password !== undefined && { password }) })
      const { aws } = await startAdministered([bob])
      const command = change('guess', 'new secret')
      await expect(iamOf(aws, keysOf(bob)).send(command)).rejects.toMatchObject(
        refusal('AccessDenied', 403, 'The old password was incorrect.'),
      )
      expect(bob.password).toBe(password)
    },
  )

  test('refuses a short new password', async () => {
    const bob = createUser('bob', { policies, password: 'old secret' })
    const { aws } = await startAdministered([bob])
    const command = change('old secret', 'short')
    await expect(iamOf(aws, keysOf(bob)).send(command)).rejects.toMatchObject(
      refusal(
        'PasswordPolicyViolationException',
        400,
        'Password should have a minimum length of 8',
      ),
    )
    expect(bob.password).toBe('old secret')
  })

  test('refuses the root user', async () => {
    const root = createUser('owner', { isRoot: true, password: 'old secret' })
    const { aws } = await startAdministered([root])
    const command = change('old secret', 'new secret')
    await expect(iamOf(aws, keysOf(root)).send(command)).rejects.toMatchObject(
      refusal('InvalidUserTypeException', 400, 'Only IAM Users can change their own password'),
    )
  })
})

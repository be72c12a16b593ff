import {
  ChangePasswordCommand,
  CreateLoginProfileCommand,
  DeleteLoginProfileCommand,
  GetLoginProfileCommand,
  UpdateLoginProfileCommand,
} from '@aws-sdk/client-iam'
import { expect, test } from 'vitest'
import { createUser } from '../../../src/local-aws/index.ts'
import { allowAllPolicy } from '../../../src/policy/documents.ts'
import { iamOf, keysOf, NOW, refusal, startAdministered } from '../rig.ts'

const UserName = 'bob'
const Password = 'a first secret'
const SECOND = new Date(Math.floor(NOW / 1000) * 1000)
const missing = refusal('NoSuchEntityException', 404, 'Login Profile for User bob cannot be found.')

test('a first password has to be changed, and the user changes it', async () => {
  const policies = [{ name: 'everything', document: allowAllPolicy() }]
  const bob = createUser(UserName, { policies })
  const { aws, iam } = await startAdministered([bob])
  const get = async () => (await iam.send(new GetLoginProfileCommand({ UserName }))).LoginProfile
  await expect(get()).rejects.toMatchObject(missing)
  const created = await iam.send(
    new CreateLoginProfileCommand({ UserName, Password, PasswordResetRequired: true }),
  )
  const profile = { UserName, CreateDate: SECOND, PasswordResetRequired: true }
  expect([created.LoginProfile, await get()]).toEqual([profile, profile])
  const change = new ChangePasswordCommand({ OldPassword: Password, NewPassword: 'a second one' })
  await iamOf(aws, keysOf(bob)).send(change)
  expect(await get()).toEqual({ ...profile, PasswordResetRequired: false })
  expect(JSON.stringify(aws.requests)).not.toMatch(/first.secret|second.one/)
})

test('an administrator changes and removes a password', async () => {
  const bob = createUser(UserName, { password: 'old', passwordLastUsed: NOW })
  const { iam } = await startAdministered([bob])
  const update = (input: object) => iam.send(new UpdateLoginProfileCommand({ UserName, ...input }))
  await update({ PasswordResetRequired: true })
  expect([bob.password, bob.mustResetPassword]).toEqual(['old', true])
  await update({ Password })
  expect([bob.password, bob.mustResetPassword]).toEqual([Password, true])
  await expect(update({ Password: 'short' })).rejects.toMatchObject(
    refusal('PasswordPolicyViolationException', 400, 'Password should have a minimum length of 8'),
  )
  const twice = iam.send(new CreateLoginProfileCommand({ UserName, Password }))
  await expect(twice).rejects.toMatchObject(
    refusal('EntityAlreadyExistsException', 409, 'Login Profile for user bob already exists.'),
  )
  await iam.send(new DeleteLoginProfileCommand({ UserName }))
  expect(bob).not.toHaveProperty('password')
  expect(bob).not.toHaveProperty('passwordLastUsed')
  await expect(update({ Password })).rejects.toMatchObject(missing)
  const again = iam.send(new DeleteLoginProfileCommand({ UserName }))
  await expect(again).rejects.toMatchObject(missing)
})

import { expect, it } from 'vitest'
import {
  createAccount,
  createGroup,
  createUser,
  createVirtualDevice,
} from '../../src/local-aws/index.ts'
import { allowAllPolicy } from '../../src/policy/documents.ts'
import { sandbox } from '../support/sandbox.ts'

const IAM = 'arn:aws:iam::123456789012'
const CHECK = ['policy', 'check', '--live', '--profile', 'work', '--debug']

it('policy check --debug says which credentials it uses, why, and what it read', async () => {
  const admin = createUser('admin', {
    policies: [{ name: 'everything', document: allowAllPolicy() }],
  })
  const group = createGroup('developers', { members: ['admin'] })
  const box = await sandbox(createAccount({ users: [admin], groups: [group] }))
  const bare = await box.run(CHECK)
  expect(bare.stderr).toContain('uses the bare key of the profile work, as its user has no device')
  expect(bare.stderr).toContain(`AWS identifies the caller as ${IAM}:user/admin`)
  expect(bare.stderr).toContain('read user admin: groups 1, policies 1')
  admin.devices.push(createVirtualDevice(`${IAM}:mfa/admin`))
  await box.run(['--profile', 'work', '--token-code', box.code()])
  const withMfa = await box.run(CHECK)
  expect(withMfa.stderr).toContain(
    'uses an MFA session of the profile work, as its user has a device',
  )
  expect(withMfa.stderr).not.toContain(box.key.secretAccessKey)
})

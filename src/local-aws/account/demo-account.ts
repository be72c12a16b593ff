/** The account of the demo, before and after MFA is made mandatory. */
import { allowAllPolicy, MARK, strictPolicy } from '../../policy/documents.ts'
import { accountArn } from './arns.ts'
import { createAccount, createGroup, createManagedPolicy, createUser } from './create.ts'
import { createVirtualDevice } from './device.ts'
import type { Account } from './model.ts'

/** alice, of the group developers, and admin have an access key each, may do everything, and have no device. */
export function demoAccount(): Account {
  const everything = { name: 'everything', document: allowAllPolicy() }
  return createAccount({
    users: [createUser('alice'), createUser('admin', { policies: [everything] })],
    groups: [createGroup('developers', { members: ['alice'], policies: [everything] })],
  })
}

/** The same after `policy apply --group developers` and the enrollment of alice. */
export function protectedAccount(): Account {
  const account = demoAccount()
  const arn = accountArn(account, 'policy/mfa_mandatory')
  const policy = createManagedPolicy(arn, strictPolicy(), { description: MARK })
  account.managedPolicies.push(policy)
  account.groups[0]?.attached.push(policy.arn)
  account.users[0]?.devices.push(createVirtualDevice(accountArn(account, 'mfa/alice')))
  return account
}

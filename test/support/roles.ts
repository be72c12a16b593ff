import {
  createAccount,
  createRole,
  roleArn,
  userArn,
  type Account,
} from '../../src/local-aws/index.ts'
import { allowAllPolicy } from '../../src/policy/documents.ts'
import { sandbox, type Sandbox } from './sandbox.ts'

/** `work` may assume `admin`, with MFA, and `deploy`; `admin` may assume `far`. */
export function accountWithRoles(): Account {
  const account = createAccount()
  const alice = userArn(account, account.users[0]!)
  const policies = [{ name: 'all', document: allowAllPolicy() }]
  const parts = { trusts: [alice], requiresMfa: true, policies, maxSessionSeconds: 7200 }
  const admin = createRole('admin', parts)
  const deploy = createRole('deploy', { ...parts, externalId: 'x-1', requiresUserName: true })
  const far = createRole('far', { ...parts, trusts: [roleArn(account, admin)], requiresMfa: false })
  account.roles.push(admin, deploy, far)
  return account
}

/** A sandbox with a profile for each role. */
export async function boxWithRoles(account = accountWithRoles()): Promise<Sandbox> {
  const box = await sandbox(account)
  const arn = (name: string) => `role_arn = arn:aws:iam::123456789012:role/${name}\n`
  box.write(
    'config',
    `[profile work]\nregion = eu-west-1\nmfa_serial = ${box.device.serialNumber}\n\n` +
      `[profile admin]\n${arn('admin')}source_profile = work\n\n` +
      `[profile deploy]\n${arn('deploy')}source_profile = work\nexternal_id = x-1\n\n` +
      `[profile far]\n${arn('far')}source_profile = admin\nduration_seconds = 7200\n`,
  )
  return box
}

import type { Account, Group, Role, User } from './model.ts'

/** `resource` is the last part of the ARN, as in `user/alice`. */
export function accountArn({ id, partition }: Account, resource: string): string {
  return `arn:${partition}:iam::${id}:${resource}`
}

export function userArn(account: Account, user: User): string {
  return accountArn(account, user.isRoot ? 'root' : `user${user.path}${user.name}`)
}

export function groupArn(account: Account, group: Group): string {
  return accountArn(account, `group${group.path}${group.name}`)
}

export function roleArn(account: Account, role: Role): string {
  return accountArn(account, `role${role.path}${role.name}`)
}

/** The ARN of a session of a role. */
export function assumedRoleArn(
  { id, partition }: Account,
  role: Role,
  sessionName: string,
): string {
  return `arn:${partition}:sts::${id}:assumed-role/${role.name}/${sessionName}`
}

/** The name of a managed policy: what follows the last slash of its ARN. */
export function policyName(policyArn: string): string {
  return policyArn.slice(policyArn.lastIndexOf('/') + 1)
}

/** The path of a managed policy, as in `/` or `/team/`. */
export function policyPath(policyArn: string): string {
  return policyArn.slice(policyArn.indexOf('/'), policyArn.lastIndexOf('/') + 1)
}

/** AWS managed policies have `aws` in place of the account ID. */
export function isAwsManaged(policyArn: string): boolean {
  return policyArn.split(':')[4] === 'aws'
}

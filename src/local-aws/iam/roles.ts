import { accountArn, roleArn } from '../account/arns.ts'
import type { Account, Role } from '../account/model.ts'
import { trustPolicyText } from '../account/trust-policy.ts'
import { ServiceError, throwNoSuchEntity } from '../protocol/service-error.ts'
import type { OperationCall, Operations } from '../protocol/service.ts'
import { length, validate } from '../protocol/validation.ts'
import { formatDate } from '../protocol/xml.ts'
import { collectionArn } from './entities.ts'
import { listPage } from './pages.ts'
import { encodePolicyDocument } from './policy-document.ts'

export const roleOperations: Operations = {
  ListRoles: {
    resource: collectionArn('role/'),
    run: (call) =>
      listPage(call, 'Roles', call.state.account.roles, (role, account) => ({
        ...describeRole(role, account),
        MaxSessionDuration: role.maxSessionSeconds,
      })),
  },
  GetRole: {
    resource: namedRoleArn,
    requires: ['RoleName'],
    run(call) {
      const role = namedRole(call)
      return {
        Role: {
          ...describeRole(role, call.state.account),
          MaxSessionDuration: role.maxSessionSeconds,
          RoleLastUsed: describeLastUse(role),
        },
      }
    },
  },
  UpdateAssumeRolePolicy: {
    resource: namedRoleArn,
    requires: ['RoleName', 'PolicyDocument'],
    run(call) {
      const role = namedRole(call)
      const { PolicyDocument = '' } = call.params
      requireTrustPolicy(PolicyDocument)
      role.trustPolicy = PolicyDocument
    },
  },
}

/** Where AWS shows a role. */
export function describeRole(role: Role, account: Account) {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: roleArn(account, role),
    CreateDate: formatDate(role.createdAt),
    AssumeRolePolicyDocument: encodePolicyDocument(trustPolicyText(role)),
  }
}

export function describeLastUse({ lastUsed }: Role) {
  return lastUsed ? { LastUsedDate: formatDate(lastUsed.at), Region: lastUsed.region } : {}
}

function namedRole({ params, state: { account } }: OperationCall): Role {
  validate(params, length('RoleName', 1, 64))
  const { RoleName = '' } = params
  return (
    account.roles.find(({ name }) => name === RoleName) ??
    throwNoSuchEntity(`The role with name ${RoleName} cannot be found.`)
  )
}

function namedRoleArn({ params: { RoleName = '' }, state: { account } }: OperationCall): string {
  const role = account.roles.find(({ name }) => name === RoleName)
  return role ? roleArn(account, role) : accountArn(account, `role/${RoleName}`)
}

/** Reads no more of the policy than that its statements have principals. */
function requireTrustPolicy(text: string): void {
  try {
    const { Statement } = JSON.parse(text) as { Statement: object | object[] }
    const statements = [Statement].flat()
    if (statements.length > 0 && statements.every((each) => 'Principal' in each)) return
  } catch {
    // Answered below.
  }
  throw new ServiceError(400, 'MalformedPolicyDocument', 'Syntax errors in policy.')
}

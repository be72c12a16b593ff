import type { PolicyDocument } from '../../policy/document.ts'
import { evaluate } from '../../policy/evaluate.ts'
import { readPolicy } from '../../policy/read-document.ts'
import { trustPrincipals } from '../../policy/trust-principals.ts'
import { accountArn, roleArn } from '../account/arns.ts'
import type { Role } from '../account/model.ts'
import { trustPolicyText } from '../account/trust-policy.ts'
import type { OperationCall } from '../protocol/service.ts'
import { contextKeys } from './authorize.ts'

interface TrustStatement {
  readonly Principal?: unknown
}

/** Whether the trust policy of a role allows the caller an action such as `sts:AssumeRole`. */
export function isTrusted(role: Role, call: OperationCall, action: string): boolean {
  const document = statementsFor(call, trustPolicyText(role))
  if (document === undefined) return false
  const { params } = call
  const context = {
    ...contextKeys(call),
    'sts:ExternalId': params.ExternalId,
    'sts:RoleSessionName': params.RoleSessionName,
    'sts:SourceIdentity': params.SourceIdentity,
  }
  const resource = roleArn(call.state.account, role)
  const policies = [{ name: 'trust policy', document }]
  return evaluate(policies, { action, resource, context }).decision === 'allowed'
}

/** The statements that name the caller. */
function statementsFor(call: OperationCall, trustPolicy: string): PolicyDocument | undefined {
  const parsed = JSON.parse(trustPolicy) as { Statement: TrustStatement | TrustStatement[] }
  const principals = principalsOf(call)
  const statements = [parsed.Statement].flat().flatMap(({ Principal, ...statement }) => {
    return trustPrincipals(Principal).some((each) => principals.includes(each))
      ? [{ ...statement, Resource: '*' }]
      : []
  })
  return statements.length === 0 ? undefined : readPolicy({ ...parsed, Statement: statements })
}

/** The names by which a trust policy can mean the caller (IAM User Guide, "AWS JSON policy elements: Principal"). */
function principalsOf({ caller: { principal, arn }, state: { account } }: OperationCall): string[] {
  const role = principal.kind === 'role' ? [roleArn(account, principal.role)] : []
  return ['*', account.id, accountArn(account, 'root'), arn, ...role]
}

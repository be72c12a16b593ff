import { evaluate } from '../../policy/evaluate.ts'
import { roleArn } from '../account/arns.ts'
import { accessDenied } from '../protocol/service-error.ts'
import type { ServerState, Session } from '../state.ts'
import type { Caller } from './authenticate.ts'

/** Throws AWS's AccessDenied unless the caller's policies allow the action. */
export function authorize(
  caller: Caller,
  action: string,
  resource: string,
  state: ServerState,
): void {
  if (caller.user?.isRoot === true) return
  const context = contextKeys(caller, state)
  const { decision } = evaluate(caller.policies, { action, resource, context })
  if (decision === 'allowed') return
  const reason =
    decision === 'explicitDeny'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`
  throw accessDenied(
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
  )
}

/** IAM User Guide, "AWS global condition context keys". */
function contextKeys({ principal, user, session, arn, id }: Caller, state: ServerState) {
  const now = state.now()
  return {
    ...mfaContextKeys(session, now),
    'aws:username': user?.name,
    'aws:userid': id,
    'aws:PrincipalArn': principal.kind === 'role' ? roleArn(state.account, principal.role) : arn,
    'aws:PrincipalAccount': state.account.id,
    'aws:PrincipalType': principal.kind === 'role' ? 'AssumedRole' : 'User',
    'aws:SourceIp': '127.0.0.1',
    'aws:SecureTransport': 'false',
    'aws:ViaAWSService': 'false',
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
  }
}

/** Absent for long-term credentials; sessions say true or false. */
function mfaContextKeys(session: Session | undefined, now: number): Record<string, string> {
  if (session === undefined) return {}
  if (session.mfaAt === undefined) return { 'aws:MultiFactorAuthPresent': 'false' }
  return {
    'aws:MultiFactorAuthPresent': 'true',
    'aws:MultiFactorAuthAge': String(Math.floor((now - session.mfaAt) / 1000)),
  }
}

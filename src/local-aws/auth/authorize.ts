import { evaluate } from '../../policy/evaluate.ts'
import { roleArn } from '../account/arns.ts'
import { accessDenied } from '../protocol/service-error.ts'
import type { OperationCall } from '../protocol/service.ts'
import type { ServerState, Session } from '../state.ts'

/** Throws AWS's AccessDenied unless the caller's policies allow the action. */
export function authorize(call: OperationCall, action: string, resource: string): void {
  const { caller } = call
  if (caller.user?.isRoot === true) return
  const context = contextKeys(call)
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
function contextKeys({ caller, state, mfaAt }: OperationCall) {
  const { principal, user, session, id } = caller
  const now = state.now()
  return {
    ...mfaContextKeys(session, now),
    // AWS's guide has it for trust policies; for policies of the caller it was not tried against AWS.
    ...(mfaAt === undefined ? {} : presentMfa(now - mfaAt)),
    ...sessionContextKeys(session),
    'aws:username': user?.name,
    'aws:userid': id,
    'aws:PrincipalArn': principalArn(caller, state),
    'aws:PrincipalAccount': state.account.id,
    'aws:PrincipalType': principal.kind === 'role' ? 'AssumedRole' : 'User',
    'aws:SourceIp': '127.0.0.1',
    'aws:SecureTransport': 'false',
    'aws:ViaAWSService': 'false',
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
  }
}

function principalArn({ principal, arn }: OperationCall['caller'], { account }: ServerState) {
  return principal.kind === 'role' ? roleArn(account, principal.role) : arn
}

/** What only temporary credentials have. */
function sessionContextKeys(session: Session | undefined): Record<string, string> {
  if (session === undefined) return {}
  const { issuedAt, tags = {}, sourceIdentity } = session
  return {
    'aws:TokenIssueTime': new Date(issuedAt).toISOString(),
    ...(sourceIdentity === undefined ? {} : { 'aws:SourceIdentity': sourceIdentity }),
    ...Object.fromEntries(
      Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]),
    ),
  }
}

/** Absent for long-term credentials; sessions say true or false. */
function mfaContextKeys(session: Session | undefined, now: number): Record<string, string> {
  if (session === undefined) return {}
  if (session.mfaAt === undefined) return { 'aws:MultiFactorAuthPresent': 'false' }
  return presentMfa(now - session.mfaAt)
}

function presentMfa(ageMs: number): Record<string, string> {
  return {
    'aws:MultiFactorAuthPresent': 'true',
    'aws:MultiFactorAuthAge': String(Math.floor(ageMs / 1000)),
  }
}

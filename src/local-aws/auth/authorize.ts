import { evaluate, type PolicyRequest } from '../../policy/evaluate.ts'
import { roleArn } from '../account/arns.ts'
import { listParam, tagsIn } from '../protocol/query-protocol.ts'
import { accessDenied } from '../protocol/service-error.ts'
import type { OperationCall, Params } from '../protocol/service.ts'
import type { ServerState, Session } from '../state.ts'

/** Throws AWS's AccessDenied unless the caller's policies and its permissions boundary allow the action. */
export function authorize(call: OperationCall, action: string, resource: string): void {
  const { caller } = call
  if (caller.user?.isRoot === true) return
  const reason = refusalReason(caller, { action, resource, context: contextKeys(call) })
  if (reason === undefined) return
  throw accessDenied(
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
  )
}

/** In AWS's words (IAM User Guide, "Troubleshoot access denied error messages"); undefined if allowed. */
function refusalReason(
  { policies, boundary }: OperationCall['caller'],
  request: PolicyRequest,
): string | undefined {
  const kinds = [
    { kind: 'identity-based policy', article: 'an', policies },
    ...(boundary ? [{ kind: 'permissions boundary', article: 'a', policies: boundary }] : []),
  ].map((each) => ({ ...each, decision: evaluate(each.policies, request).decision }))
  const denying = kinds.find(({ decision }) => decision === 'explicitDeny')
  if (denying) return `with an explicit deny in ${denying.article} ${denying.kind}`
  const silent = kinds.find(({ decision }) => decision === 'implicitDeny')
  return silent && `because no ${silent.kind} allows the ${request.action} action`
}

/** IAM User Guide, "AWS global condition context keys". */
export function contextKeys({ params, caller, state, mfaAt }: OperationCall) {
  const { principal, user, session, id } = caller
  const now = state.now()
  return {
    ...mfaContextKeys(session, now),
    // AWS's guide has it for trust policies; for policies of the caller it was not tried against AWS.
    ...(mfaAt === undefined ? {} : presentMfa(now - mfaAt)),
    ...principalTagKeys(user?.tags ?? {}),
    ...sessionContextKeys(session),
    ...requestTagKeys(params),
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
    ...principalTagKeys(tags),
  }
}

function principalTagKeys(tags: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])
  return Object.fromEntries(entries) as Record<string, string>
}

/** The tags that a request sets, and those that it removes. */
function requestTagKeys(params: Params): PolicyRequest['context'] {
  const tags = tagsIn(params)
  const keys = [...Object.keys(tags), ...listParam(params, 'TagKeys')]
  if (keys.length === 0) return {}
  const entries = Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])
  return { ...(Object.fromEntries(entries) as Record<string, string>), 'aws:TagKeys': keys }
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

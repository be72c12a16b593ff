import { assumedRoleArn, roleArn } from '../account/arns.ts'
import type { Role } from '../account/model.ts'
import { authorize } from '../auth/authorize.ts'
import { isTrusted } from '../auth/trust.ts'
import { listParam, tagsIn } from '../protocol/query-protocol.ts'
import { accessDenied, validationError } from '../protocol/service-error.ts'
import type { Operation, OperationCall } from '../protocol/service.ts'
import { length, pattern, range, validate, type Constraint } from '../protocol/validation.ts'
import { issueCredentials, MFA_CONSTRAINTS, spendMfaCode } from './sessions.ts'

/** IAM User Guide, "Role chaining". */
const CHAINED_SECONDS = 3600
const USUAL_SECONDS = '3600'

/** STS API reference, AssumeRole. */
const CONSTRAINTS: readonly Constraint[] = [
  ...MFA_CONSTRAINTS,
  ...length('RoleSessionName', 2, 64),
  pattern('RoleSessionName', String.raw`[\w+=,.@-]*`),
  ...length('SourceIdentity', 2, 64),
  pattern('SourceIdentity', String.raw`[\w+=,.@-]*`),
  ...range('DurationSeconds', 900, 43_200),
]

/** The caller's policies must allow it, and the role's trust policy must name the caller. */
export const assumeRole: Operation = {
  resource: ({ params }) => params.RoleArn ?? '',
  acceptCode(call) {
    const { RoleSessionName = '', DurationSeconds = USUAL_SECONDS } = call.params
    validate({ ...call.params, RoleSessionName, DurationSeconds }, CONSTRAINTS)
    return spendMfaCode(call)
  },
  run(call) {
    const { params, caller, state } = call
    const { RoleArn = '', RoleSessionName = '', DurationSeconds = USUAL_SECONDS } = params
    const role = state.account.roles.find((each) => roleArn(state.account, each) === RoleArn)
    if (!role || !isTrusted(role, call, 'sts:AssumeRole'))
      throw notAuthorized(call, 'sts:AssumeRole')
    const { tags, transitiveTags, sourceIdentity } = marksOf(call, role)
    const seconds = Number(DurationSeconds)
    if (seconds > role.maxSessionSeconds) {
      throw validationError(
        'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      )
    }
    // Also for sessions of GetSessionToken, as users of other tools report (99designs/aws-vault#240).
    if (caller.session !== undefined && seconds > CHAINED_SECONDS) {
      throw validationError(
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
      )
    }
    const principal = { kind: 'role', role, sessionName: RoleSessionName } as const
    // IAM User Guide, "Configuring MFA-protected API access": sessions of roles carry no MFA.
    const marks = { mfaAt: undefined, tags, transitiveTags, sourceIdentity }
    return {
      Credentials: issueCredentials(state, { principal, seconds, ...marks }),
      AssumedRoleUser: {
        AssumedRoleId: `${role.id}:${RoleSessionName}`,
        Arn: assumedRoleArn(state.account, role, RoleSessionName),
      },
      ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
    }
  },
}

/** Session tags and source identity: those of the request, and those that stay in a chain of roles. */
function marksOf(call: OperationCall, role: Role) {
  const { params, caller } = call
  const requested = tagsIn(params)
  if (Object.keys(requested).length > 0) authorizeMark(call, role, 'sts:TagSession')
  if (params.SourceIdentity !== undefined) authorizeMark(call, role, 'sts:SetSourceIdentity')
  const { tags = {}, transitiveTags = [], sourceIdentity } = caller.session ?? {}
  const kept = Object.entries(tags).filter(([key]) => transitiveTags.includes(key))
  return {
    tags: { ...Object.fromEntries(kept), ...requested },
    transitiveTags: [...transitiveTags, ...listParam(params, 'TransitiveTagKeys')],
    sourceIdentity: sourceIdentity ?? params.SourceIdentity,
  }
}

/** Both the caller's policies and the trust policy have to allow it. */
function authorizeMark(call: OperationCall, role: Role, action: string): void {
  authorize(call, action, roleArn(call.state.account, role))
  if (!isTrusted(role, call, action)) throw notAuthorized(call, action)
}

function notAuthorized({ caller, params: { RoleArn = '' } }: OperationCall, action: string) {
  return accessDenied(
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${RoleArn}`,
  )
}

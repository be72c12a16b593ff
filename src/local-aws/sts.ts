import { randomBytes } from 'node:crypto'
import { assumedRoleArn, roleArn } from './account/arns.ts'
import { spendCode } from './account/device.ts'
import { createId, createSecret } from './account/ids.ts'
import type { Role } from './account/model.ts'
import { queryProtocol } from './protocol/query-protocol.ts'
import { accessDenied, validationError } from './protocol/service-error.ts'
import type { OperationCall, Operations, Service } from './protocol/service.ts'
import { length, pattern, range, validate, type Constraint } from './protocol/validation.ts'
import { formatDate } from './protocol/xml.ts'
import type { Principal, ServerState } from './state.ts'

/** STS API reference, GetSessionToken. */
const MFA_CONSTRAINTS: readonly Constraint[] = [
  ...length('SerialNumber', 9, 256),
  pattern('SerialNumber', String.raw`[\w+=/:,.@-]*`),
  ...length('TokenCode', 6, 6),
  pattern('TokenCode', String.raw`[\d]*`),
]
/** STS API reference, GetSessionToken: sessions of the root user. */
const ROOT_SECONDS = 3600
/** IAM User Guide, "Role chaining". */
const CHAINED_SECONDS = 3600

const operations: Operations = {
  /** AWS checks no policy (IAM User Guide, "Permissions for GetSessionToken"). */
  GetSessionToken: {
    run(call) {
      const { params, caller, state } = call
      validate(params, [...MFA_CONSTRAINTS, ...range('DurationSeconds', 900, 129_600)])
      if (caller.session !== undefined) {
        throw accessDenied('Cannot call GetSessionToken with session credentials')
      }
      const isRoot = caller.user?.isRoot === true
      const requested = Number(params.DurationSeconds ?? (isRoot ? ROOT_SECONDS : 43_200))
      const seconds = isRoot ? Math.min(requested, ROOT_SECONDS) : requested
      const mfaAt = spendMfaCode(call)
      return { Credentials: issueCredentials(state, caller.principal, { mfaAt, seconds }) }
    },
  },
  /** AWS checks no policy (STS API reference, GetCallerIdentity). */
  GetCallerIdentity: {
    run: ({ caller, state }) => ({
      Arn: caller.arn,
      UserId: caller.id,
      Account: state.account.id,
    }),
  },
  /** The caller's policies must allow it, and the role's trust policy must name the caller. */
  AssumeRole: {
    resource: ({ params }) => params.RoleArn ?? '',
    run(call) {
      const { params, caller, state } = call
      const { RoleArn = '', RoleSessionName = '', DurationSeconds = '3600' } = params
      const role = state.account.roles.find((each) => roleArn(state.account, each) === RoleArn)
      validate({ RoleSessionName, DurationSeconds, ...params }, [
        ...MFA_CONSTRAINTS,
        ...length('RoleSessionName', 2, 64),
        pattern('RoleSessionName', String.raw`[\w+=,.@-]*`),
        ...range('DurationSeconds', 900, 43_200),
      ])
      const mfaAt = spendMfaCode(call)
      if (!isTrusted(role, call, mfaAt ?? caller.session?.mfaAt)) {
        throw accessDenied(
          `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
        )
      }
      const seconds = Number(DurationSeconds)
      if (seconds > role.maxSessionSeconds) {
        throw validationError(
          'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
        )
      }
      if (caller.principal.kind === 'role' && seconds > CHAINED_SECONDS) {
        throw validationError(
          'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
        )
      }
      const principal = { kind: 'role', role, sessionName: RoleSessionName } as const
      // IAM User Guide, "Configuring MFA-protected API access": sessions of roles carry no MFA.
      const credentials = issueCredentials(state, principal, { mfaAt: undefined, seconds })
      return {
        Credentials: credentials,
        AssumedRoleUser: {
          AssumedRoleId: `${role.id}:${RoleSessionName}`,
          Arn: assumedRoleArn(state.account, role, RoleSessionName),
        },
      }
    },
  },
}

function isTrusted(
  role: Role | undefined,
  { caller: { principal, user, arn }, params, state }: OperationCall,
  mfaAt: number | undefined,
): role is Role {
  const callerArn = principal.kind === 'role' ? roleArn(state.account, principal.role) : arn
  if (!role?.trusts.includes(callerArn)) return false
  if (role.externalId !== undefined && role.externalId !== params.ExternalId) return false
  if (role.requiresUserName === true && user?.name !== params.RoleSessionName) return false
  return !role.requiresMfa || mfaAt !== undefined
}

/** Accepts the code of a request. Returns the time, or undefined for a request without MFA. */
function spendMfaCode({ params, caller, state }: OperationCall): number | undefined {
  const { SerialNumber, TokenCode } = params
  if (SerialNumber === undefined && TokenCode === undefined) return undefined
  if (SerialNumber === undefined || TokenCode === undefined) {
    throw accessDenied(
      'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.',
    )
  }
  const device = caller.user?.devices.find((each) => each.serialNumber === SerialNumber)
  if (device?.kind !== 'totp') {
    // Two spaces, as in AWS's message.
    throw accessDenied(
      'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
    )
  }
  if (!spendCode(device, TokenCode, state.now())) {
    // A trailing space, as in AWS's message.
    throw accessDenied('MultiFactorAuthentication failed with invalid MFA one time pass code. ')
  }
  return state.now()
}

/**
 * Issues temporary credentials and returns the `Credentials` element of STS responses. `mfaAt` is when a code
 * was accepted (ms since the epoch).
 */
function issueCredentials(
  state: ServerState,
  principal: Principal,
  { mfaAt, seconds }: { readonly mfaAt: number | undefined; readonly seconds: number },
) {
  const accessKeyId = createId('ASIA')
  const secretAccessKey = createSecret()
  const sessionToken = randomBytes(192).toString('base64')
  // STS gives Expiration in whole seconds.
  const expiresAt = (Math.floor(state.now() / 1000) + seconds) * 1000
  const session = { accessKeyId, secretAccessKey, sessionToken, expiresAt, mfaAt, principal }
  state.sessions.set(accessKeyId, session)
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: formatDate(expiresAt),
  }
}

export const sts: Service = {
  ...queryProtocol('sts', '2011-06-15'),
  operations,
}

import { roleArn, sessionArn, type Role } from './account/model.ts'
import { callingUser, isRoot } from './auth/caller.ts'
import { spendCode } from './account/device.ts'
import { queryProtocol } from './protocol/query-protocol.ts'
import { accessDenied, Refusal } from './protocol/service-error.ts'
import type { Operation, OperationCall, Service } from './protocol/service.ts'
import { describeSession, openSession } from './auth/sessions.ts'
import { length, range, shape, validate, type Constraint } from './protocol/validation.ts'

/** STS API reference. */
const MFA_CONSTRAINTS: readonly Constraint[] = [
  ...length('SerialNumber', 9, 256),
  shape('SerialNumber', String.raw`[\w+=/:,.@-]*`),
  ...length('TokenCode', 6, 6),
  shape('TokenCode', String.raw`[\d]*`),
]
const ROOT_SECONDS = 3600
/** IAM User Guide, "Role chaining". */
const CHAINED_SECONDS = 3600

/** AWS applies no policy to it (IAM User Guide, "Permissions for GetSessionToken"). */
const getSessionToken: Operation = {
  run(call) {
    const { params, caller, world } = call
    validate(params, [...MFA_CONSTRAINTS, ...range('DurationSeconds', 900, 129_600)])
    if (caller.session !== undefined) {
      throw accessDenied('Cannot call GetSessionToken with session credentials')
    }
    const asked = Number(params.DurationSeconds ?? (isRoot(caller) ? ROOT_SECONDS : 43_200))
    const seconds = isRoot(caller) ? Math.min(asked, ROOT_SECONDS) : asked
    const grant = { holder: caller.holder, mfaAt: mfaTime(call), seconds }
    return { Credentials: describeSession(openSession(world.sessions, world.now(), grant)) }
  },
}

/** No policy can deny it either (STS API reference, GetCallerIdentity). */
const getCallerIdentity: Operation = {
  run: ({ caller, world }) => ({
    Arn: caller.arn,
    UserId: caller.id,
    Account: world.account.id,
  }),
}

/** The caller's policies must allow it and the role must trust the caller by name. */
const assumeRole: Operation = {
  policy: { action: 'sts:AssumeRole', resource: ({ params }) => params.RoleArn ?? '' },
  run(call) {
    const { params, caller, world } = call
    const { RoleArn = '', RoleSessionName = '', DurationSeconds = '3600' } = params
    const role = world.account.roles.find((each) => roleArn(world.account, each) === RoleArn)
    validate({ RoleSessionName, DurationSeconds, ...params }, [
      ...MFA_CONSTRAINTS,
      ...length('RoleSessionName', 2, 64),
      shape('RoleSessionName', String.raw`[\w+=,.@-]*`),
      ...range('DurationSeconds', 900, 43_200),
    ])
    const mfaAt = mfaTime(call)
    if (!isTrusted(role, call, mfaAt ?? caller.session?.mfaAt)) {
      throw accessDenied(
        `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
      )
    }
    const seconds = Number(DurationSeconds)
    if (seconds > role.maxSessionSeconds) {
      throw new Refusal(
        400,
        'ValidationError',
        'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      )
    }
    if (caller.holder.kind === 'role' && seconds > CHAINED_SECONDS) {
      throw new Refusal(
        400,
        'ValidationError',
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
      )
    }
    const holder = { kind: 'role', role, sessionName: RoleSessionName } as const
    // IAM User Guide, "Configuring MFA-protected API access": role sessions carry no MFA.
    const grant = { holder, mfaAt: undefined, seconds }
    const session = openSession(world.sessions, world.now(), grant)
    return {
      Credentials: describeSession(session),
      AssumedRoleUser: {
        AssumedRoleId: `${role.id}:${RoleSessionName}`,
        Arn: sessionArn(world.account, role, RoleSessionName),
      },
    }
  },
}

function isTrusted(
  role: Role | undefined,
  { caller: { holder, arn }, params, world }: OperationCall,
  mfaAt: number | undefined,
): role is Role {
  const name = holder.kind === 'role' ? roleArn(world.account, holder.role) : arn
  if (!role?.trusts.includes(name)) return false
  if (role.externalId !== undefined && role.externalId !== params.ExternalId) return false
  const userName = holder.kind === 'user' ? holder.user.name : undefined
  if (role.requiresUserName === true && userName !== params.RoleSessionName) return false
  return !role.requiresMfa || mfaAt !== undefined
}

/** Spends the code of a request; undefined where it names no device. */
function mfaTime({ params, caller, world }: OperationCall): number | undefined {
  const { SerialNumber, TokenCode } = params
  if (SerialNumber === undefined && TokenCode === undefined) return undefined
  if (SerialNumber === undefined || TokenCode === undefined) {
    throw accessDenied(
      'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.',
    )
  }
  const device = callingUser(caller)?.devices.find((each) => each.serialNumber === SerialNumber)
  if (device?.kind !== 'totp') {
    // Two blanks: AWS's own.
    throw accessDenied(
      'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
    )
  }
  if (!spendCode(device, TokenCode, world.now())) {
    // The trailing blank is AWS's too.
    throw accessDenied('MultiFactorAuthentication failed with invalid MFA one time pass code. ')
  }
  return world.now()
}

export const sts: Service = {
  ...queryProtocol('https://sts.amazonaws.com/doc/2011-06-15/', '2011-06-15'),
  operations: {
    AssumeRole: assumeRole,
    GetCallerIdentity: getCallerIdentity,
    GetSessionToken: getSessionToken,
  },
  admit: () => undefined,
}

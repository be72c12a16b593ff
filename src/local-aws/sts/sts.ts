import { queryProtocol } from '../protocol/query-protocol.ts'
import { accessDenied } from '../protocol/service-error.ts'
import type { Operations, Service } from '../protocol/service.ts'
import { range, validate } from '../protocol/validation.ts'
import { assumeRole } from './assume-role.ts'
import { issueCredentials, MFA_CONSTRAINTS, spendMfaCode } from './sessions.ts'

/** STS API reference, GetSessionToken: sessions of the root user. */
const ROOT_SECONDS = 3600

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
      const { principal } = caller
      return { Credentials: issueCredentials(state, { principal, mfaAt, seconds }) }
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
  AssumeRole: assumeRole,
}

export const sts: Service = {
  ...queryProtocol('sts', '2011-06-15'),
  operations,
}

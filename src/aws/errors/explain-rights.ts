/** What a caller lacks who administers an account; pure. */
import type { AwsError } from '../api.ts'

export interface Rights {
  /** The ARN of the caller. */
  readonly arn: string
  /** The ARN of a managed policy of AWS that gives all that the command needs. */
  readonly policy: string
  /** What makes a session with MFA, where the caller has none: the Deny may be the one that asks for it. */
  readonly mfaCommand: string | undefined
}

/** As in "with an explicit deny in a service control policy" (IAM User Guide, "Access denied error messages"). */
const DENIED_BY = /explicit deny in an? ((?:[\w-]+ )*(?:policy|boundary))/
/** As in "because no permissions boundary allows the iam:GetGroup action". */
const LIMITED_BY = /because no ((?:[\w-]+ )*(?:policy|boundary)) allows/
const OF_IDENTITY = 'identity-based policy'

/** The hint for a call that is refused to the caller. */
export function grantAction({ message }: AwsError, { arn, policy, mfaCommand }: Rights): string {
  const [, action = 'the call'] = /not authorized to perform: ([\w-]+:\w+)/.exec(message) ?? []
  const deniedBy = DENIED_BY.exec(message)?.[1]
  if (deniedBy !== undefined) {
    return mfaCommand ?? `take ${action} out of the Deny, which is in the ${deniedBy} of ${arn}`
  }
  const limitedBy = LIMITED_BY.exec(message)?.[1] ?? OF_IDENTITY
  return limitedBy === OF_IDENTITY
    ? `allow ${action} to ${arn}, for example with the policy ${policy}`
    : `allow ${action} in the ${limitedBy} of ${arn}`
}

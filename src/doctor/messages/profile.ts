import type { ProfileFinding } from '../findings.ts'
import { error, warning, type Messages } from './message.ts'

export const PROFILE_MESSAGES: Messages<ProfileFinding> = {
  'profile-missing': ({ known }, { profile }) =>
    error(
      `There is no profile ${profile} in either file; there ${known.length === 0 ? 'is none' : `are: ${known.join(', ')}`}`,
      `aws configure --profile ${profile}`,
    ),
  'static-keys-beside-process': ({ isOurs }, { profile }) =>
    error(
      `The profile ${profile} has credential_process and aws_access_key_id, and the latter wins, without MFA`,
      isOurs
        ? `mfa-login setup --profile ${profile}`
        : `take either of them out of the profile ${profile} by hand`,
    ),
  'process-missing': ({ program }, { profile }) =>
    error(
      `The credential_process of profile ${profile} starts ${program}, which is not there`,
      `mfa-login setup --profile ${profile}`,
    ),
  'target-taken': ({ target, by }, { profile }) =>
    error(
      `The profile ${target}, to which a login would write, ${by === 'keys' ? 'holds long-term keys' : 'gets its credentials from another credential_process'}`,
      `mfa-login --profile ${profile} --to ANOTHER-NAME`,
    ),
  'no-region': ({ inherited }, { profile }) =>
    warning(
      inherited === undefined
        ? `The profile ${profile} has no region and neither AWS_REGION nor AWS_DEFAULT_REGION is set, so SDKs fail`
        : `The profile ${profile} has no region of its own and neither AWS_REGION nor AWS_DEFAULT_REGION is set: mfa-login takes ${inherited} from the source profile, SDKs that read ${profile} fail`,
      `aws configure set region ${inherited ?? 'us-east-1'} --profile ${profile}`,
    ),
}

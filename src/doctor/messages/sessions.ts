import type { SessionFinding, SessionLocation } from '../findings.ts'
import { error, unsetCommand, warning, type Messages } from './message.ts'

const SESSION_VARIABLES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']

export const SESSION_MESSAGES: Messages<SessionFinding> = {
  'session-refused': ({ location, detail }, { profile, platform }) =>
    error(
      `AWS does not accept the session in ${formatLocation(location)}: ${detail}`,
      location.kind === 'environment'
        ? unsetCommand(SESSION_VARIABLES, platform)
        : `mfa-login --profile ${profile} --force`,
    ),
  'session-without-mfa': ({ location }, { profile }) =>
    error(
      `The session in ${formatLocation(location)} was made without MFA: STS accepts it and IAM does not`,
      `mfa-login --profile ${profile} --force`,
    ),
  'session-expired': ({ location, expiration, isWired }, { profile }) =>
    (isWired ? warning : error)(
      `The session in ${formatLocation(location)} ${expiration === undefined ? 'has expired' : `expired at ${expiration}`}`,
      `mfa-login --profile ${profile}`,
    ),
  'no-session': ({ isWired }, { profile }) =>
    isWired
      ? warning(
          `There is no session for profile ${profile}; the next AWS command will ask for a code`,
          `mfa-login --profile ${profile}`,
        )
      : error(
          `There is no session for profile ${profile}, and a long-term key alone has no MFA`,
          `mfa-login --profile ${profile}`,
        ),
}

export function formatLocation(location: SessionLocation): string {
  return location.kind === 'profile' ? `the profile ${location.name}` : `the ${location.kind}`
}

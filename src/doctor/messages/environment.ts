import type { EnvironmentFinding, EnvironmentProblem } from '../findings.ts'
import { error, unsetCommand, warning, type Messages } from './message.ts'

export const ENVIRONMENT_MESSAGES: Messages<EnvironmentFinding> = {
  'profiles-differ': ({ first, second }, { platform }) =>
    warning(
      `AWS_PROFILE is ${first} and AWS_DEFAULT_PROFILE is ${second}: boto3 uses the latter, AWS CLI v2 and other SDKs the former`,
      unsetCommand(['AWS_DEFAULT_PROFILE'], platform),
    ),
  'environment-keys': ({ names, why }, { profile, platform }) =>
    error(describeProblem(why, profile), unsetCommand(names, platform)),
}

function describeProblem(why: EnvironmentProblem, profile: string): string {
  switch (why) {
    case 'wins':
      return `AWS_ACCESS_KEY_ID is set, and AWS CLI, boto3 and Go take it before the profile ${profile}`
    case 'expired':
      return 'The session in AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN has expired'
    case 'without-mfa':
      return 'AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN hold a session without MFA'
  }
}

import { otherCredentialSetting } from '../../profile/other-source.ts'
import { foreignSource, roleChain, roleProfile } from '../../profile/roles.ts'
import { profileValues } from '../../profile/values.ts'
import { type Facts } from '../facts.ts'
import type { DoctorFinding, EnvironmentProblem } from '../findings.ts'
import { isExpired, isWithoutMfa, sessionOfEnv } from '../call-results.ts'
import { SESSION_VARIABLES } from '../../credential-variables.ts'
import { unsetVariables } from '../../shell/syntax.ts'
import { type Messages } from './subject.ts'

const KEY_VARIABLES = [...SESSION_VARIABLES, 'AWS_SECURITY_TOKEN']

export function checkEnvironment(facts: Facts): DoctorFinding[] {
  const { env } = facts
  const { AWS_PROFILE: first, AWS_DEFAULT_PROFILE: second } = env
  const why = env.AWS_ACCESS_KEY_ID ? problemOfKeys(facts) : undefined
  const findings: DoctorFinding[] = []
  if (first && second && first !== second) findings.push({ code: 'profiles-differ', first, second })
  if (why !== undefined) {
    findings.push({
      code: 'environment-keys',
      names: KEY_VARIABLES.filter((name) => env[name]),
      why,
    })
  }
  return findings
}

function problemOfKeys(facts: Facts): EnvironmentProblem | undefined {
  if (sessionOfEnv(facts) === undefined && hasOtherCredentials(facts)) return 'wins'
  const session = facts.calls.sessions.find(({ profile }) => profile === null)
  if (session === undefined) return undefined
  if (isExpired(facts, session)) return 'expired'
  return isWithoutMfa(session) ? 'without-mfa' : undefined
}

/** Whether the profile has credentials that keys in the environment take precedence over. */
function hasOtherCredentials(facts: Facts): boolean {
  const { files, profile, source } = facts
  const values = profileValues(files, profile)
  if (['aws_access_key_id', 'credential_process'].some((key) => values.has(key))) return true
  if (source?.keysProfile !== undefined) return true
  // A role with credential_source = Environment is assumed with just these keys.
  return !usesEnvironmentKeys(facts) && otherCredentialSetting(files, profile) !== undefined
}

function usesEnvironmentKeys({ files, profile, roleProblem }: Facts): boolean {
  const start = roleProfile(files, profile)
  if (start === undefined || roleProblem || foreignSource(files, profile)) return false
  return roleChain(files, start).start === undefined
}

export const ENVIRONMENT_MESSAGES = {
  'profiles-differ': ({ first, second }, context) => [
    `AWS_PROFILE is ${first} and AWS_DEFAULT_PROFILE is ${second}: boto3 uses the latter, AWS CLI v2 and other SDKs the former`,
    unsetVariables(context, ['AWS_DEFAULT_PROFILE']),
    'warning',
  ],
  'environment-keys': ({ names, why }, context) => [
    {
      wins: `AWS_ACCESS_KEY_ID is set, and AWS CLI, boto3 and Go use it instead of the profile ${context.profile}`,
      expired: 'The session in AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN has expired',
      'without-mfa': 'AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN contain a session without MFA',
    }[why],
    unsetVariables(context, names),
  ],
} satisfies Partial<Messages>

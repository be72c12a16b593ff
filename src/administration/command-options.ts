/** What the commands that change policies suggest: commands with the options that name the account and the rest. */
import type { ErrorContext } from '../aws/errors/explain.ts'
import type { Principal } from '../aws/iam-api.ts'
import { POLICY_NAME } from '../policy/policy-options.ts'

/** Those that name the principal, the policy, and the account by the profile. */
export function optionsFor(
  { kind, name }: Principal,
  profile: string | undefined,
  policy: string = POLICY_NAME.default,
): string {
  const named = policy === POLICY_NAME.default ? '' : ` --name ${policy}`
  return `--${kind} ${name}${named}${optionFor(profile)}`
}

export function optionFor(profile: string | undefined): string {
  return profile === undefined ? '' : ` --profile ${profile}`
}

/** Who runs a command of the AWS CLI. */
export interface AwsCaller {
  readonly errorContext: Pick<ErrorContext, 'isEnvironments'>
  readonly profile: string | undefined
  readonly hasMfa: boolean
}

/** A command of the AWS CLI with the same credentials: those of the environment, a session, or the bare key. */
export function awsCommand({ errorContext, profile, hasMfa }: AwsCaller, words: string): string {
  if (errorContext.isEnvironments === true) return `aws ${words}`
  const option = optionFor(profile)
  return hasMfa ? `mfa-login exec${option} -- aws ${words}` : `aws ${words}${option}`
}

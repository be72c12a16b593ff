/** Options of the commands that change policies, and those of the commands that they suggest. */
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

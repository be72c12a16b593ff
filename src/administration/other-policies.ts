import { AwsError } from '../aws/api.ts'
import type { Principal } from '../aws/iam-api.ts'
import { Failure } from '../failure.ts'
import { isMfaDeny, locateStatements } from '../policy/mfa-deny.ts'
import type { NamedPolicy } from '../policy/evaluate.ts'
import type { Administrator } from './administrator.ts'
import { readEffectivePolicies, type IsLeftOut } from './effective-policies.ts'

/** The effective policies besides some; undefined if they cannot be read: a plan only mentions them. */
export async function readOtherPolicies(
  admin: Administrator,
  principal: Principal,
  isLeftOut: IsLeftOut,
): Promise<NamedPolicy[] | undefined> {
  try {
    return await readEffectivePolicies(admin, principal, isLeftOut)
  } catch (error) {
    if (!(error instanceof AwsError || error instanceof Failure)) throw error
    admin.debug.log(`other policies of ${principal.name} cannot be read: ${error.message}`)
    return undefined
  }
}

/** The names of those with an MFA Deny. */
export function namesOfGates(policies: readonly NamedPolicy[] | undefined): string[] | undefined {
  return policies
    ?.filter((policy) => locateStatements([policy]).some(isMfaDeny))
    .map(({ name }) => name)
}

/** Whether a key without MFA can enroll the user's first device. */
import { deniedKinds } from '../mfa-deny.ts'
import type { PolicyProblem } from '../findings.ts'
import { matches, type LocatedStatement } from '../mfa-deny.ts'
import { isAllowed, ownRequest, type CheckedPolicies } from './checked-policies.ts'

/** What enrolling a first device with a bare key takes. */
export const ENROLLMENT_ACTIONS = [
  'CreateVirtualMFADevice',
  'EnableMFADevice',
  'ListMFADevices',
] as const

/** Reports every Deny that blocks something: to fix one of several is not enough. */
export function checkBlockedEnrollment(checked: CheckedPolicies): PolicyProblem[] {
  const { mfaDenies, denies } = checked
  if (mfaDenies.length === 0) return []
  return [
    ...denies.flatMap((at): PolicyProblem[] => {
      const blocked = ENROLLMENT_ACTIONS.filter((action) => isDenied(checked, [at], action))
      const actions = blocked.map((action) => `iam:${action}`)
      return actions.length === 0 ? [] : [{ code: 'enrolment-blocked', at, actions }]
    }),
    ...denies
      .filter((at) => isDenied(checked, [at], 'ResyncMFADevice'))
      .map((at) => ({ code: 'resync-blocked' as const, at })),
  ]
}

/** What no Deny blocks must also be allowed, here or in another policy. */
export function checkAllowedEnrollment(checked: CheckedPolicies): PolicyProblem[] {
  const { mfaDenies, subject, isComplete } = checked
  if (mfaDenies.length === 0) return []
  const kind = kindToTry(checked)
  const missing = ENROLLMENT_ACTIONS.filter(
    (action) =>
      !isDenied(checked, checked.denies, action) &&
      !isAllowed(checked, ownRequest(subject, action), kind),
  )
  if (missing.length === 0) return []
  const actions = missing.map((action) => `iam:${action}`)
  return [{ code: 'enrolment-not-allowed', actions, isComplete }]
}

function isDenied(
  checked: CheckedPolicies,
  denies: readonly LocatedStatement[],
  action: string,
): boolean {
  const { subject } = checked
  return matches(denies, subject, ownRequest(subject, action), kindToTry(checked))
}

function kindToTry({ denies, subject }: CheckedPolicies): 'bareKey' | 'sessionWithoutMfa' {
  return deniedKinds(denies, subject)[0] ?? 'bareKey'
}

/** Whether users can set the password that they must change at the first sign-in, before they have a device. */
import type { PolicyProblem } from '../findings.ts'
import { matches } from '../mfa-deny.ts'
import { isAllowed, ownRequest, type CheckedPolicies } from './checked-policies.ts'

/**
 * The console asks for the new password before anything else, so that users who may not change it cannot enroll there
 * either. A policy in a file may be for users without passwords, so that only a note is due.
 */
export function checkFirstPassword(checked: CheckedPolicies): PolicyProblem[] {
  const { mfaDenies, subject, firstPasswords: users = [], isComplete } = checked
  const isConcerned = !isComplete || users.length > 0
  if (mfaDenies.length === 0 || !isConcerned) return []
  const request = ownRequest(subject, 'iam:ChangePassword')
  // The console signs with a session.
  const kind = 'sessionWithoutMfa'
  const at = mfaDenies.find((deny) => matches([deny], subject, request, kind))
  if (at !== undefined) return [{ code: 'first-password-blocked', at, users, isDenied: true }]
  return isComplete && !isAllowed(checked, request, kind)
    ? [{ code: 'first-password-blocked', users, isDenied: false }]
    : []
}

/** Whether the MFA Deny matches everything without MFA, and nothing with MFA. */
import type { PolicyProblem } from '../findings.ts'
import {
  everydayRequests,
  matches,
  openRequests,
  testsMfa,
  type LocatedStatement,
} from '../mfa-deny.ts'
import { MFA, MFA_AGE, type CredentialKind } from '../subject.ts'
import type { CheckedPolicies } from './checked-policies.ts'

export function checkMfaDeny(checked: CheckedPolicies): PolicyProblem[] {
  const { mfaDenies, allows } = checked
  if (mfaDenies.length > 0) return [...findLeaks(checked), ...findDenyWithMfa(checked)]
  return [{ code: 'no-mfa-deny', doesAllowTestMfa: allows.some(testsMfa) }]
}

/** A kind of credentials without MFA for which more is open than for the other kind. */
function findLeaks({ mfaDenies, denies, subject }: CheckedPolicies): PolicyProblem[] {
  const countOpen = (statements: readonly LocatedStatement[], kind: CredentialKind): number =>
    openRequests(statements, subject, kind).length
  const leaks = [
    ['bool-not-if-exists', 'bareKey', 'sessionWithoutMfa'],
    ['session-slips-through', 'sessionWithoutMfa', 'bareKey'],
  ] as const
  return leaks.flatMap(([code, leaking, other]) => {
    const leaksMore = (statements: readonly LocatedStatement[]): boolean =>
      countOpen(statements, leaking) > countOpen(statements, other)
    const at = leaksMore(denies) ? mfaDenies.find((deny) => leaksMore([deny])) : undefined
    return at === undefined ? [] : [{ code, at }]
  })
}

function findDenyWithMfa({ mfaDenies, denies, subject }: CheckedPolicies): PolicyProblem[] {
  const isEverythingDenied = openRequests(denies, subject, 'mfaSession').length === 0
  const all = everydayRequests(subject).length
  const at =
    mfaDenies.find((deny) => openRequests([deny], subject, 'mfaSession').length < all) ??
    (isEverythingDenied ? denies[0] : undefined)
  return at === undefined ? [] : [{ code: 'denies-with-mfa', at }]
}

/** Whether each MFA Deny leaves out AWS services, and nobody else. */
export function checkMfaDenyConditions({ mfaDenies, subject }: CheckedPolicies): PolicyProblem[] {
  const viaService = { 'aws:ViaAWSService': 'true' }
  return mfaDenies.flatMap((at) => {
    const isBlocked = everydayRequests(subject).some((request) =>
      matches([at], subject, request, 'sessionWithoutMfa', viaService),
    )
    const further = findFurtherConditions(at)
    return isBlocked ? [{ code: 'services-blocked', at }, ...further] : further
  })
}

const EXPECTED_KEYS = [MFA, MFA_AGE, 'aws:ViaAWSService'].map((key) => key.toLowerCase())

function findFurtherConditions(at: LocatedStatement): PolicyProblem[] {
  const keys = Object.values(at.statement.Condition ?? {}).flatMap(Object.keys)
  const others = keys.filter((key) => !EXPECTED_KEYS.includes(key.toLowerCase()))
  return others.length === 0 ? [] : [{ code: 'further-conditions', at, keys: others }]
}

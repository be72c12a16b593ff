/** Whether the MFA Deny matches everything without MFA, and nothing with MFA. */
import type { PolicyProblem } from '../findings.ts'
import { exceptionKeys, exceptionsIn } from '../exceptions.ts'
import { canEverHold, canHold } from '../can-hold.ts'
import {
  alwaysMatch,
  everydayRequests,
  matches,
  openRequests,
  predictFor,
  testsMfa,
  type ActionOnResource,
  type LocatedStatement,
} from '../mfa-deny.ts'
import { clausesOf } from '../evaluate.ts'
import { PRESENT, type OpenContext } from '../request-context.ts'
import { createRequest, ownArn, type CredentialKind, type Subject } from '../subject.ts'
import { KINDS_WITHOUT_MFA, type CheckedPolicies } from './checked-policies.ts'

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
  const isDenied = (statements: readonly LocatedStatement[]) => (request: ActionOnResource) =>
    alwaysMatch(statements, subject, request, 'mfaSession')
  const everyday = everydayRequests(subject)
  const at =
    mfaDenies.find((deny) => everyday.some(isDenied([deny]))) ??
    (everyday.every(isDenied(denies)) ? denies[0] : undefined)
  return at === undefined ? [] : [{ code: 'denies-with-mfa', at }]
}

/** Whether each MFA Deny leaves out AWS services. */
export function checkMfaDenyConditions({ mfaDenies, subject }: CheckedPolicies): PolicyProblem[] {
  const viaService = { 'aws:ViaAWSService': 'true' }
  return mfaDenies.flatMap((at) => {
    const isBlocked = everydayRequests(subject).some((request) =>
      matches([at], subject, request, 'sessionWithoutMfa', viaService),
    )
    return isBlocked ? [{ code: 'services-blocked', at }] : []
  })
}

/** Deny statements of which it is not known whether they apply to everyday work. */
export function checkFurtherConditions({ denies, subject }: CheckedPolicies): PolicyProblem[] {
  const exceptions = exceptionsIn(denies)
  return denies.flatMap((at): PolicyProblem[] => {
    const tested = new Set(clausesOf(at.statement.Condition).map(({ key }) => key.toLowerCase()))
    // `checkExceptions` reports these.
    for (const key of exceptionKeys(at, exceptions)) tested.delete(key)
    const keys = everydayRequests(subject)
      .flatMap((request) =>
        KINDS.flatMap((kind) => {
          const prediction = predictFor([at], subject, request, kind, anyUser(subject, at))
          return 'keys' in prediction ? prediction.keys : []
        }),
      )
      .filter((key) => tested.has(key.toLowerCase()))
    return keys.length === 0 ? [] : [{ code: 'further-conditions', at, keys: [...new Set(keys)] }]
  })
}

/** In a file, the user is an example: a condition may hold for others only, or leave them out. */
export function anyUser(subject: Subject, { statement }: LocatedStatement): OpenContext {
  if (subject.path !== undefined) return {}
  const named = clausesOf(statement.Condition)
    .filter(({ key }) => /^aws:principalarn$/i.test(key))
    .flatMap(({ values }) => values.filter((value) => value.includes(':user/')))
    .map((arn) => arn.replace('::*:', `::${subject.account}:`).replaceAll(/[*?]/g, 'x'))
  return {
    'aws:username': PRESENT,
    'aws:userid': PRESENT,
    'aws:PrincipalArn': { mayBeAbsent: false, values: [ownArn(subject), ...named] },
  }
}

const KINDS: readonly CredentialKind[] = [...KINDS_WITHOUT_MFA, 'mfaSession']

/** Whether the condition of each statement can hold at all. */
export function checkConditions({ allows, denies, subject }: CheckedPolicies): PolicyProblem[] {
  return [...allows, ...denies].flatMap((at): PolicyProblem[] => {
    const { Condition } = at.statement
    if (Condition === undefined) return []
    const { conflict } = canEverHold(Condition, subject.now, at.policy.document.Version)
    return conflict === undefined ? [] : [{ code: 'never-applies', at, conflict }]
  })
}

/** An Allow that asks for MFA, but holds for a long-term key, which lacks the MFA keys. */
export function checkAllowConditions({ allows, subject }: CheckedPolicies): PolicyProblem[] {
  const [request = ['*', '*'] as const] = everydayRequests(subject)
  const holdsFor = ({ statement, policy }: LocatedStatement, kind: CredentialKind): boolean => {
    const { context } = createRequest(subject, ...request, kind)
    return canHold(statement.Condition ?? {}, context, policy.document.Version).holds !== 'no'
  }
  return allows
    .filter(testsMfa)
    .filter((at) => holdsFor(at, 'bareKey') && holdsFor(at, 'mfaSession'))
    .map((at) => ({ code: 'allow-if-exists', at }))
}

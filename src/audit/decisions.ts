/** What becomes of the requests that one Allow stands for, under the limits of a user; pure. */
import { KINDS_WITHOUT_MFA } from '../policy/checks/checked-policies.ts'
import {
  actionApplies,
  referTo,
  type LocatedStatement,
  type StatementReference,
} from '../policy/evaluate.ts'
import { isMfaDeny, type ActionOnResource } from '../policy/mfa-deny.ts'
import { outcomesOf, type Prediction } from '../policy/predict.ts'
import type { CredentialKind } from '../policy/subject.ts'
import { askAs, contextOf, subjectOf } from './ask.ts'
import type { Limits } from './limits.ts'
import type { AccountFacts, UserFacts } from './model.ts'
import { everydayRequestsOf, examplesOf } from './requests.ts'

/** A request that gets through without MFA, or may. Its resource has a mark for the user's name. */
export interface OpenRequest {
  readonly request: ActionOnResource
  readonly kind: CredentialKind
  /** The Allow by which it gets through. */
  readonly by: StatementReference
  /** The context keys on which it depends. */
  readonly keys: readonly string[]
  /** Its place in everyday work; what is none has the last one. */
  readonly rank: number
}

export interface Decisions {
  readonly open: readonly OpenRequest[]
  /** The places, among the limits, of those that deny a request without MFA, or may. */
  readonly deniedBy: ReadonlySet<number>
  /** The credentials for which an MFA Deny applies to a request, or may. */
  readonly gated: ReadonlySet<CredentialKind>
  /** Whether anything is allowed, be it with MFA. */
  readonly isAnythingAllowed: () => boolean
}

/** Of everyday work, and of examples of what the Allow names. Without an Allow, nothing is allowed. */
export function decide(
  allow: LocatedStatement | undefined,
  limits: Limits,
  user: UserFacts,
  facts: AccountFacts,
): Decisions {
  const requests = requestsOf(allow, limits, user, facts)
  const allows = allow === undefined ? [] : [allow]
  const ask = askAs(user, facts, [...allows, ...limits.statements])
  const weigh = weigher(limits.statements)
  const answers = KINDS_WITHOUT_MFA.flatMap((kind) =>
    requests.map(({ request, rank }) => ({
      request,
      rank,
      kind,
      ...weigh(ask(request, kind)),
    })),
  )
  return {
    open: answers.flatMap(({ by, ...each }) => (by === undefined ? [] : [{ ...each, by }])),
    deniedBy: new Set(answers.flatMap(({ deny }) => deny ?? [])),
    gated: new Set(answers.filter(({ isGated }) => isGated).map(({ kind }) => kind)),
    isAnythingAllowed: () => {
      const ofBoundary = limits.statements.filter(({ statement }) => statement.Effect === 'Allow')
      const askWithMfa = askAs(user, facts, [...allows, ...ofBoundary])
      return requests.some(
        ({ request }) => askWithMfa(request, 'mfaSession').decision !== 'implicitDeny',
      )
    },
  }
}

function requestsOf(
  allow: LocatedStatement | undefined,
  limits: Limits,
  user: UserFacts,
  facts: AccountFacts,
): { readonly request: ActionOnResource; readonly rank: number }[] {
  const asker = { subject: subjectOf(user, facts), context: contextOf(user, facts, 'bareKey') }
  const everyday = everydayRequestsOf(asker).map((request, rank) => ({ request, rank }))
  if (allow === undefined) return everyday
  const rank = everyday.length
  return [
    ...everyday.filter(({ request: [action] }) => actionApplies(allow.statement, action)),
    ...examplesOf(allow, limits, asker).map((request) => ({ request, rank })),
  ]
}

interface Weighed {
  /** The Allow by which it gets through, or may. */
  readonly by: StatementReference | undefined
  /** The place of the limit that denies it, or may. */
  readonly deny: number | undefined
  readonly isGated: boolean
  readonly keys: readonly string[]
}

function weigher(limits: readonly LocatedStatement[]): (prediction: Prediction) => Weighed {
  const places = new Map(limits.map((each, place) => [referTo(each), place]))
  const areGates = limits.map(isMfaDeny)
  return (prediction) => {
    if (prediction.decision === 'notKnown') {
      return { by: UNKNOWN_STATEMENT, deny: undefined, isGated: true, keys: prediction.keys }
    }
    const outcomes = outcomesOf(prediction)
    const statementOf = (decision: 'allowed' | 'explicitDeny') =>
      outcomes.find((each) => each.decision === decision)?.statement
    const [by, denial] = [statementOf('allowed'), statementOf('explicitDeny')]
    const deny = denial && places.get(denial)
    return {
      by,
      deny,
      isGated: deny !== undefined && areGates[deny] === true,
      keys: by && 'keys' in prediction ? prediction.keys : [],
    }
  }
}

/** There were too many cases to look at. */
const UNKNOWN_STATEMENT: StatementReference = { policy: '', sid: undefined, index: 0 }

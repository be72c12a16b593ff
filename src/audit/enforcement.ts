/** Whether MFA is enforced for users about whom policies decide alike; pure. */
import { KINDS_WITHOUT_MFA } from '../policy/checks/checked-policies.ts'
import { allowAllPolicy } from '../policy/documents.ts'
import {
  locateStatements,
  referTo,
  type LocatedStatement,
  type StatementReference,
} from '../policy/evaluate.ts'
import { isMfaDeny, type ActionOnResource } from '../policy/mfa-deny.ts'
import { outcomesOf, predict, type Prediction } from '../policy/predict.ts'
import { userContext, type OpenContext } from '../policy/request-context.ts'
import { createRequest, type CredentialKind, type Subject } from '../policy/subject.ts'
import type { AccountFacts, Enforced, UserFacts } from './model.ts'
import { forUser, requestsFor } from './requests.ts'
import type { UserClass } from './user-policies.ts'

export interface Enforcement {
  readonly enforced: Enforced
  /** The statements that deny without MFA. */
  readonly by: readonly StatementReference[]
  /** The first request that gets through, or may. Its resource has a mark for the user's name. */
  readonly open: OpenRequest | undefined
  readonly dependsOn: readonly string[]
  /** Whether the policies allow anything, be it with MFA. */
  readonly isAllowedAnything: boolean
  /** Policies that are not known, on which it depends as well. */
  readonly unknown: readonly string[]
}

interface OpenRequest {
  readonly request: ActionOnResource
  readonly kind: CredentialKind
  readonly by: StatementReference
}

export type Ask = (request: ActionOnResource, kind: CredentialKind) => Prediction

/** Policies that are not known may allow anything, which does no harm where a Deny covers it. */
export function judge(each: UserClass, facts: AccountFacts): Enforcement {
  const { statements, unknown } = each
  const known = judgeKnown(each, facts)
  if (unknown.length === 0) return known
  if (known.enforced !== 'yes') return { ...known, unknown }
  const all = judgeKnown({ ...each, statements: [...statements, ...ANYTHING] }, facts)
  return all.enforced === 'yes' ? all : { ...known, enforced: 'partly', unknown }
}

const ANYTHING = locateStatements([{ name: '', document: allowAllPolicy() }])

function judgeKnown({ statements, example }: UserClass, facts: AccountFacts): Enforcement {
  const requests = requestsFor(statements, {
    subject: subjectOf(example, facts),
    context: contextOf(example, facts, 'bareKey'),
  })
  const ask = askAs(example, facts, statements)
  const isGate = gateTest(statements)
  const answers = KINDS_WITHOUT_MFA.map((kind) =>
    requests.map((request) => ({ request, kind, ...weigh(ask(request, kind), isGate) })),
  )
  const all = answers.flat()
  const open = all.filter((each) => each.allow !== undefined)
  const first = open.find(({ keys }) => keys.length === 0) ?? open[0]
  // Who has a key can do with it whatever one kind of credentials leaves open.
  const isUngated = answers.some(
    (ofKind) => !ofKind.some(({ gated }) => gated) && ofKind.some(({ allow }) => allow),
  )
  return {
    enforced: first === undefined ? 'yes' : isUngated ? 'no' : 'partly',
    by: [...new Set(all.flatMap(({ deny }) => deny ?? []))],
    open: first?.allow && { request: first.request, kind: first.kind, by: first.allow },
    dependsOn: [...new Set(open.flatMap(({ keys }) => keys))],
    isAllowedAnything:
      open.length > 0 || isAnythingAllowed({ statements, example }, facts, requests),
    unknown: [],
  }
}

interface Weighed {
  /** The Allow by which it gets through, or may. */
  readonly allow: StatementReference | undefined
  readonly deny: StatementReference | undefined
  /** Whether an MFA Deny applies, or may. */
  readonly gated: boolean
  /** The context keys on which it depends whether it gets through. */
  readonly keys: readonly string[]
}

function weigh(
  prediction: Prediction,
  isGate: (statement: StatementReference) => boolean,
): Weighed {
  if (prediction.decision === 'notKnown') {
    return { allow: UNKNOWN_STATEMENT, deny: undefined, gated: true, keys: prediction.keys }
  }
  const outcomes = outcomesOf(prediction)
  const statementOf = (decision: 'allowed' | 'explicitDeny') =>
    outcomes.find((each) => each.decision === decision)?.statement
  const [allow, deny] = [statementOf('allowed'), statementOf('explicitDeny')]
  return {
    allow,
    deny,
    gated: deny !== undefined && isGate(deny),
    keys: allow && 'keys' in prediction ? prediction.keys : [],
  }
}

/** There were too many cases to look at. */
const UNKNOWN_STATEMENT: StatementReference = { policy: '', sid: undefined, index: 0 }

function gateTest(statements: readonly LocatedStatement[]) {
  const gates = new Set(statements.filter(isMfaDeny).map(referTo))
  return (statement: StatementReference) => gates.has(statement)
}

function isAnythingAllowed(
  { statements, example }: Pick<UserClass, 'statements' | 'example'>,
  facts: AccountFacts,
  requests: readonly ActionOnResource[],
): boolean {
  const allows = statements.filter(({ statement }) => statement.Effect === 'Allow')
  const ask = askAs(example, facts, allows)
  return requests.some((request) => ask(request, 'mfaSession').decision !== 'implicitDeny')
}

export function subjectOf(
  { name, path }: Pick<UserFacts, 'name' | 'path'>,
  facts: AccountFacts,
): Subject {
  const { partition, account, readAt } = facts
  return { partition, account, user: name, path, now: new Date(readAt) }
}

/** What statements decide about requests of a user. */
export function askAs(
  user: UserFacts,
  facts: AccountFacts,
  statements: readonly LocatedStatement[],
): Ask {
  return ([action, resource], kind) => {
    const context = contextOf(user, facts, kind)
    return predict(statements, { action, resource: forUser(resource, user.name), context })
  }
}

const contexts = new WeakMap<UserFacts, Map<CredentialKind, OpenContext>>()

/** The same object each time, about which the evaluator remembers what it has read. */
export function contextOf(user: UserFacts, facts: AccountFacts, kind: CredentialKind): OpenContext {
  const known = contexts.get(user) ?? new Map<CredentialKind, OpenContext>()
  contexts.set(user, known)
  const context = known.get(kind) ?? createContext(user, facts, kind)
  known.set(kind, context)
  return context
}

function createContext(
  { name, arn, tags, path }: UserFacts,
  facts: AccountFacts,
  kind: CredentialKind,
): OpenContext {
  const subject = subjectOf({ name, path }, facts)
  const user = userContext({ name, arn, account: facts.account, tags })
  return createRequest(subject, '*', '*', kind, user).context
}

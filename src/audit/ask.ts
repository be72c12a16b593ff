/** Requests of users of the account, and what statements decide about them; pure. */
import type { LocatedStatement } from '../policy/evaluate.ts'
import type { ActionOnResource } from '../policy/mfa-deny.ts'
import { predict, type Prediction } from '../policy/predict.ts'
import { userContext, type OpenContext } from '../policy/request-context.ts'
import { createRequest, type CredentialKind, type Subject } from '../policy/subject.ts'
import type { AccountFacts, UserFacts } from './model.ts'
import { forUser } from './resources.ts'

export type Ask = (request: ActionOnResource, kind: CredentialKind) => Prediction

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

/** The Deny statements that stand between a key without MFA and the account. */
import type { PolicyDocument, Statement } from './document.ts'
import { evaluate, type NamedPolicy } from './evaluate.ts'
import { MFA, MFA_AGE, requestOf, type Credentials, type Subject } from './subject.ts'

/** A statement and where it stands. */
export interface Placed {
  readonly statement: Statement
  readonly index: number
  readonly policy: NamedPolicy
}

export function statementsOf(policies: readonly NamedPolicy[]): Placed[] {
  return policies.flatMap((policy) =>
    policy.document.Statement.map((statement, index) => ({ statement, index, policy })),
  )
}

export function isGate(place: Placed): boolean {
  return place.statement.Effect === 'Deny' && looksAtMfa(place)
}

const KEYS = [MFA, MFA_AGE].map((key) => key.toLowerCase())

export function looksAtMfa({ statement: { Condition = {} } }: Placed): boolean {
  const keys = Object.values(Condition).flatMap(Object.keys)
  return keys.some((key) => KEYS.includes(key.toLowerCase()))
}

/** Whether statements alone, an explicit Deny or an Allow, match a request. */
export function matches(
  statements: readonly Placed[],
  subject: Subject,
  [action, resource]: readonly [action: string, resource: string],
  credentials: Credentials,
  more?: Readonly<Record<string, string>>,
): boolean {
  const policies = statements.map(({ statement, policy: { name, document } }) => {
    const alone: PolicyDocument = { Version: document.Version, Statement: [statement] }
    return { name, document: alone }
  })
  const request = requestOf(subject, action, resource, credentials, more)
  return evaluate(policies, request).decision !== 'implicitDeny'
}

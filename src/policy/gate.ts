/** The Deny statements that stand between a key without MFA and the account. */
import type { PolicyDocument, Statement } from './document.ts'
import { evaluate, type NamedPolicy } from './evaluate.ts'
import { MFA, requestOf, type Credentials, type Subject } from './subject.ts'

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

export function isGate({ statement: { Effect, Condition = {} } }: Placed): boolean {
  const looksAtMfa = (keys: Record<string, string[]>): boolean =>
    Object.keys(keys).some((key) => key.toLowerCase() === MFA.toLowerCase())
  return Effect === 'Deny' && Object.values(Condition).some(looksAtMfa)
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

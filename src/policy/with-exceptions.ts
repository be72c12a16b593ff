/** Writes exceptions into an MFA Deny; pure. */
import type { Conditions, PolicyDocument, Statement } from './document.ts'

export interface Exceptions {
  /** IAM paths, as in `/machines/`. */
  readonly paths: readonly string[]
  readonly tags: readonly { readonly key: string; readonly value: string }[]
  /** From when on nobody is excepted, as `2027-03-31T00:00:00Z`. */
  readonly until: string
}

/**
 * All conditions of a statement must hold, so that "everybody, except for machines until a day" takes two: a Deny for
 * everybody who is no exception, and one for everybody from the day on.
 */
export function withExceptions(
  document: PolicyDocument,
  exceptions: Exceptions,
  partition: string,
): PolicyDocument {
  const isException = exceptions.paths.length + exceptions.tags.length > 0
  if (!isException) return document
  const others = othersThan(exceptions, partition)
  const from = { DateGreaterThanEquals: { 'aws:CurrentTime': [exceptions.until] } }
  return {
    ...document,
    Statement: document.Statement.flatMap((each) =>
      each.Effect === 'Deny'
        ? [adding(each, others), { ...adding(each, from), Sid: `${each.Sid ?? ''}AfterExceptions` }]
        : [each],
    ),
  }
}

function adding(statement: Statement, conditions: Conditions): Statement {
  return { ...statement, Condition: { ...statement.Condition, ...conditions } }
}

/**
 * A negated operator holds if the value is none of those listed and also if the key is absent, so that users without
 * the tag are no exception (IAM User Guide, "Condition operators").
 */
function othersThan({ paths, tags }: Exceptions, partition: string): Conditions {
  const arns = paths.map((path) => `arn:${partition}:iam::*:user${path}*`)
  const values = new Map<string, string[]>()
  // Keys have no case: IAM would not take one twice.
  const spelling = new Map(tags.toReversed().map(({ key }) => [key.toLowerCase(), key]))
  for (const { key, value } of tags) {
    const name = `aws:PrincipalTag/${spelling.get(key.toLowerCase()) ?? key}`
    values.set(name, [...(values.get(name) ?? []), value])
  }
  return {
    ...(arns.length > 0 && { ArnNotLike: { 'aws:PrincipalArn': [...new Set(arns)] } }),
    ...(values.size > 0 && { StringNotEquals: Object.fromEntries(values) }),
  }
}

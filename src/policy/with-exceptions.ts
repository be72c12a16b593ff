/** Writes exceptions into an MFA Deny, and takes such out of it; pure. */
import { isDeepStrictEqual } from 'node:util'
import { readDate } from './condition.ts'
import type { Conditions, PolicyDocument, Statement } from './document.ts'
import { clausesOf, type Clause } from './evaluate.ts'

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

/**
 * The Denies as they were before `withExceptions`, whatever the exceptions, their end, the partition and the order.
 * Undefined for exceptions of any other form.
 */
export function withoutExceptions(denies: readonly Statement[]): readonly Statement[] | undefined {
  const parts = denies.map(takeApart)
  if (parts.every(({ added }) => added.length === 0)) return denies
  const others = parts.find(({ added }) => added.length > 0 && added.every(isOthers))
  const from = parts.find(({ added: [first, ...more] }) => more.length === 0 && isFrom(first))
  const isPair = denies.length === 2 && isDeepStrictEqual(others?.plain, from?.plain)
  return isPair && others !== undefined ? [others.plain] : undefined
}

/** A Deny without its name and what an exception may have added to it, and that. */
function takeApart(gate: Statement) {
  const clauses = clausesOf(gate.Condition)
  const added = clauses.filter((clause) => isOthers(clause) || isFrom(clause))
  const own: Conditions = {}
  for (const { operator, key, values } of clauses.filter((each) => !added.includes(each))) {
    own[operator] = { ...own[operator], [key]: [...values] }
  }
  const plain: Statement = { ...gate, Condition: own }
  delete plain.Sid
  return { plain, added }
}

const USERS_UNDER_PATH = /^arn:[\w-]+:iam::\*:user\/[^*?$]+\/\*$/

function isOthers({ operator, key, values }: Clause): boolean {
  return operator === 'ArnNotLike'
    ? key === 'aws:PrincipalArn' && values.every((arn) => USERS_UNDER_PATH.test(arn))
    : operator === 'StringNotEquals' && key.startsWith('aws:PrincipalTag/')
}

function isFrom(clause: Clause | undefined): boolean {
  if (clause?.operator !== 'DateGreaterThanEquals' || clause.key !== 'aws:CurrentTime') return false
  const [until = '', ...more] = clause.values
  return more.length === 0 && !Number.isNaN(readDate(until))
}

/** What a statement looks at of a user besides path and policies; pure. */
import { memoize } from '../memoize.ts'
import { conditionHolds } from '../policy/condition.ts'
import type { Statement } from '../policy/document.ts'
import { clausesOf, resourcePatterns, type LocatedStatement } from '../policy/evaluate.ts'
import { variablesIn } from '../policy/pattern.ts'
import type { AccountFacts, UserFacts } from './model.ts'
import { createResourceProbes, isTag, tagIn, type Probe } from './resource-probes.ts'

export type ProbesOf = (at: LocatedStatement) => readonly Probe[]

const known = new WeakMap<AccountFacts, ProbesOf>()

export function probesIn(facts: AccountFacts): ProbesOf {
  const probesOf = known.get(facts) ?? createProbes(facts)
  known.set(facts, probesOf)
  return probesOf
}

function createProbes(facts: AccountFacts): ProbesOf {
  const resourceProbes = createResourceProbes(facts)
  return memoize(({ statement }) => [
    ...conditionProbes(statement),
    ...resourcePatterns(statement).flatMap(resourceProbes),
  ])
}

function conditionProbes(statement: Statement): Probe[] {
  const clauses = clausesOf(statement.Condition)
  const texts = [...resourcePatterns(statement), ...clauses.flatMap(({ values }) => values)]
  const keys = [...clauses.map(({ key }) => key), ...texts.flatMap(variablesIn)]
  const comparesName = clauses.some(
    ({ key, values }) =>
      (isName(key) && values.some(hasVariable)) ||
      values.flatMap(variablesIn).some((name) => isName(name)),
  )
  return [
    ...keys.filter(isTag).map(
      (key): Probe =>
        ({ tags }) =>
          tagIn(tags, key) ?? null,
    ),
    ...clauses
      .filter(({ key }) => isName(key))
      .map(({ operator, key, values }): Probe => {
        const isArn = key.toLowerCase() === 'aws:principalarn'
        return ({ name, arn }) => conditionHolds(operator, isArn ? arn : name, values, undefined)
      }),
    ...(comparesName ? [({ name }: UserFacts) => name] : []),
  ]
}

function isName(key: string): boolean {
  return /^aws:(username|principalarn)$/i.test(key)
}

function hasVariable(text: string): boolean {
  return variablesIn(text).length > 0
}

const OF_USER = /^aws:(username|userid|principalarn|principaltag\/.*)$/is

/** Whether a statement's conditions look at the user. */
export function looksAtUser({ statement }: LocatedStatement): boolean {
  return clausesOf(statement.Condition).some(
    ({ key, values }) =>
      OF_USER.test(key) || values.flatMap(variablesIn).some((name) => OF_USER.test(name)),
  )
}

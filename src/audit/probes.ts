/** What a statement looks at of a user besides path and policies; pure. */
import { conditionHolds } from '../policy/condition.ts'
import { clausesOf, type LocatedStatement } from '../policy/evaluate.ts'
import { matchesPattern, variablesIn } from '../policy/pattern.ts'
import type { UserFacts } from './model.ts'

/** Users for whom all probes of all their statements have the same results are decided alike. */
export type Probe = (user: UserFacts) => unknown

export function probesOf({ statement }: LocatedStatement): Probe[] {
  const { Resource = [], NotResource = [], Condition } = statement
  const resources = [...Resource, ...NotResource]
  const clauses = clausesOf(Condition)
  const variables = [...resources, ...clauses.flatMap(({ values }) => values)].flatMap(variablesIn)
  const keys = [...clauses.map(({ key }) => key), ...variables]
  const comparesName = clauses.some(
    ({ key, values }) =>
      (isName(key) && values.some(hasVariable)) ||
      values.flatMap(variablesIn).some((name) => isName(name)),
  )
  return [
    ...keys.flatMap(tagProbe),
    ...clauses
      .filter(({ key }) => isName(key))
      .map(({ operator, key, values }): Probe => {
        const isArn = key.toLowerCase() === 'aws:principalarn'
        return ({ name, arn }) => conditionHolds(operator, isArn ? arn : name, values, undefined)
      }),
    ...resources.filter(namesUser).map(resourceProbe),
    ...(comparesName ? [({ name }: UserFacts) => name] : []),
  ]
}

function isName(key: string): boolean {
  return /^aws:(username|principalarn)$/i.test(key)
}

function hasVariable(text: string): boolean {
  return variablesIn(text).length > 0
}

/** Keys of tags have no case in conditions (IAM User Guide, "Tags for AWS Identity and Access Management"). */
function tagProbe(key: string): Probe[] {
  const name = /^aws:principaltag\/(.+)$/is.exec(key)?.[1]?.toLowerCase()
  if (name === undefined) return []
  return [
    ({ tags }) => Object.entries(tags).find(([each]) => each.toLowerCase() === name)?.[1] ?? null,
  ]
}

/** An ARN of users or devices that is not for all of them, nor for the user who asks. */
function namesUser(pattern: string): boolean {
  return /:(user|mfa)\//.test(pattern) && !hasVariable(pattern) && !pattern.endsWith('/*')
}

function resourceProbe(pattern: string): Probe {
  return ({ name, arn }) =>
    [arn, arn.replace(/:user\/.*/s, () => `:mfa/${name}`)].map((each) =>
      matchesPattern(each, pattern, { wildcards: 'resource' }),
    )
}

const OF_USER = /^aws:(username|userid|principalarn|principaltag\/.*)$/is

/** Whether a statement's conditions look at the user. */
export function looksAtUser({ statement }: LocatedStatement): boolean {
  return clausesOf(statement.Condition).some(
    ({ key, values }) =>
      OF_USER.test(key) || values.flatMap(variablesIn).some((name) => OF_USER.test(name)),
  )
}

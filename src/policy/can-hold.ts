/** Whether conditions can hold together. */
import { conditionHolds, readOperator } from './condition.ts'
import type { Conditions, Version } from './document.ts'
import { clausesOf, valueReader, variableLookup, type Clause } from './evaluate.ts'
import { knownValues } from './predict.ts'
import { contextReader, credentialContext, type OpenContext } from './request-context.ts'
import { enumerateWorlds, valuesIn } from './worlds.ts'

export interface Satisfiability {
  readonly holds: 'yes' | 'no' | 'unknown'
  /** The fewest clauses that never hold together; undefined unless `holds` is no. */
  readonly conflict?: readonly Clause[]
}

export function canHold(
  conditions: Conditions,
  context: OpenContext,
  version: Version = '2012-10-17',
): Satisfiability {
  return describe(clausesOf(conditions), [context], version)
}

const CREDENTIALS = [
  'bareKey',
  'sessionWithoutMfa',
  'mfaSession',
  'roleSession',
  'roleSessionWithMfa',
] as const

/** Whether conditions can hold for any credentials, now or later: a Deny may begin on a day. */
export function canEverHold(
  conditions: Conditions,
  now: Date,
  version: Version = '2012-10-17',
): Satisfiability {
  const later = timesFrom(now, clausesOf(conditions))
  const contexts = CREDENTIALS.map((each) => ({ ...credentialContext(each, now), ...later }))
  return describe(clausesOf(conditions), contexts, version)
}

/** The range of a date is in milliseconds, also of `aws:EpochTime` where date operators test it. */
function timesFrom(now: Date, clauses: readonly Clause[]): OpenContext {
  const time = now.getTime()
  const isDate = clauses.some(
    ({ key, operator }) =>
      key.toLowerCase() === 'aws:epochtime' && readOperator(operator)?.kind === 'date',
  )
  const epoch = isDate ? time : Math.floor(time / 1000)
  return {
    'aws:CurrentTime': { mayBeAbsent: false, range: [time, Infinity] },
    'aws:EpochTime': { mayBeAbsent: false, range: [epoch, Infinity] },
  }
}

function describe(
  clauses: readonly Clause[],
  contexts: readonly OpenContext[],
  version: Version,
): Satisfiability {
  const holdsFor = (some: readonly Clause[]): Satisfiability['holds'] => {
    let answer: Satisfiability['holds'] = 'no'
    for (const context of contexts) {
      const holds = canClausesHold(some, context, version)
      if (holds === 'yes') return holds
      if (holds === 'unknown') answer = holds
    }
    return answer
  }
  const holds = holdsFor(clauses)
  if (holds !== 'no') return { holds }
  const pairs = clauses.flatMap((one, index) =>
    clauses.slice(index + 1).map((other) => [one, other]),
  )
  const some = [...clauses.map((each) => [each]), ...pairs]
  return { holds, conflict: some.find((each) => holdsFor(each) === 'no') ?? clauses }
}

function canClausesHold(
  clauses: readonly Clause[],
  context: OpenContext,
  version: Version,
): Satisfiability['holds'] {
  const tests = clauses.map((clause) => ({ ...clause, hasVariables: version === '2012-10-17' }))
  const worlds = enumerateWorlds({ tests, resources: [], read: contextReader(context) })
  if (worlds === undefined) return 'unknown'
  const known = knownValues(context)
  const canHold = worlds.choices.some((choice) => {
    const valueOf = valueReader({ ...known, ...valuesIn(worlds, choice) })
    return tests.every((test) => {
      const lookup = test.hasVariables ? variableLookup(valueOf) : undefined
      return conditionHolds(test.operator, valueOf(test.key), test.values, lookup) !== false
    })
  })
  return canHold ? 'yes' : 'no'
}

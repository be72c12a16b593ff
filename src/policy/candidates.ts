/** The texts that an unknown key may have, as far as conditions can tell them apart. */
import { readDate, readNumber, readOperator } from './condition.ts'
import type { Clause } from './evaluate.ts'
import { addressesAround } from './ip.ts'
import { readPattern, solveVariable, variablesIn, type PatternRules } from './pattern.ts'
import { isUnknown, type Known } from './request-context.ts'
import { findWitnesses, type Pattern } from './witness.ts'

/** A clause, and whether `${...}` in it are variables. */
export interface Test extends Clause {
  readonly hasVariables: boolean
}

/** A pattern with variables, and the resource of the request. */
export interface ResourceTest {
  readonly pattern: string
  readonly resource: string
}

export interface Question {
  readonly tests: readonly Test[]
  readonly resources: readonly ResourceTest[]
  readonly read: (key: string) => Known
}

/** Texts by key in lower case. */
type Pools = ReadonlyMap<string, readonly string[]>

/** How far texts follow from each other through variables. */
const ROUNDS = 3

/** Undefined if they are too many. Through variables, the texts of one key lead to those of another. */
export function findCandidates(keys: readonly string[], question: Question): Pools | undefined {
  let pools: Pools = new Map()
  const { tests, resources, read } = question
  const isLinked = resources.length > 0 || tests.some((test) => unknownVariables(test, read).length)
  for (let round = 0; round < (isLinked ? ROUNDS : 1); round++) {
    const next = new Map<string, readonly string[]>()
    for (const key of keys) {
      const texts = textsOf(key, question, pools)
      if (texts === undefined) return undefined
      next.set(key.toLowerCase(), [...new Set(texts)])
    }
    pools = next
  }
  return pools
}

/** The variables of a test whose keys are not known. */
export function unknownVariables(
  { values, hasVariables }: Pick<Test, 'values' | 'hasVariables'>,
  read: Question['read'],
): string[] {
  return hasVariables ? values.flatMap(variablesIn).filter((name) => isUnknown(read(name))) : []
}

export function isSame(key: string, other: string): boolean {
  return key.toLowerCase() === other.toLowerCase()
}

function textsOf(key: string, question: Question, pools: Pools): readonly string[] | undefined {
  const known = question.read(key)
  if (isUnknown(known) && known.values !== undefined) return known.values
  const own = question.tests.filter((test) => isSame(test.key, key))
  const solved = solutions(key, question, pools).map((text): Pattern[] => [
    { parts: [{ text }], ignoreCase: false },
  ])
  const groups = own.flatMap((test) => {
    const patterns = patternsOf(test, question, pools)
    return unknownVariables(test, question.read).length > 0
      ? patterns.map((each) => [each])
      : [patterns]
  })
  const texts = findWitnesses([...groups.filter((each) => each.length > 0), ...solved])
  const range = isUnknown(known) ? known.range : undefined
  return (
    texts && [
      ...texts,
      ...around(valuesOfKind(own, 'number').map(readNumber), range).map(String),
      ...around(valuesOfKind(own, 'date').map(readDate), range).map((time) =>
        new Date(time).toISOString(),
      ),
      ...valuesOfKind(own, 'address').flatMap(addressesAround),
    ]
  )
}

function valuesOfKind(tests: readonly Test[], kind: 'number' | 'date' | 'address') {
  return tests.flatMap(({ operator, values }) =>
    readOperator(operator)?.kind === kind ? values : [],
  )
}

/** Milliseconds of the last day that a Date has; no other number is that great. */
const UNBOUNDED = 8.64e15

/** Each threshold, and a number below, above and between them. */
function around(
  thresholds: readonly number[],
  [least, greatest]: readonly [number, number] = [-UNBOUNDED, UNBOUNDED],
): number[] {
  const sorted = thresholds.filter((each) => !Number.isNaN(each)).sort((a, b) => a - b)
  const [first, last] = [sorted[0], sorted.at(-1)]
  if (first === undefined || last === undefined) return []
  const between = sorted.slice(1).map((each, index) => (each + (sorted[index] ?? each)) / 2)
  const bounds = [least, greatest].filter((each) => Math.abs(each) < UNBOUNDED)
  return [first - 1, ...sorted, ...between, last + 1, ...bounds].filter(
    (each) => least <= each && each <= greatest,
  )
}

/** The patterns of a test, for all that their variables may stand for. */
function patternsOf(test: Test, { read }: Question, pools: Pools): Pattern[] {
  const operator = readOperator(test.operator)
  if (operator?.kind !== 'text') return []
  const rules: PatternRules = operator.rules ?? { wildcards: 'none' }
  const { ignoreCase = false } = rules
  const hasVariables = test.hasVariables && operator.rules !== undefined
  return test.values.flatMap((value) => {
    const names = hasVariables ? variablesIn(value) : []
    return assignments(names, read, pools).flatMap((assigned) => {
      const lookup = (name: string) => assigned.get(name.toLowerCase())
      const parts = readPattern(value, hasVariables ? { ...rules, lookup } : rules)
      return parts === undefined ? [] : [{ parts, ignoreCase }]
    })
  })
}

function assignments(names: readonly string[], read: Question['read'], pools: Pools) {
  let all = [new Map<string, string | undefined>()]
  for (const name of new Set(names.map((each) => each.toLowerCase()))) {
    const texts = isUnknown(read(name))
      ? [...possibleTexts(name, read, pools), undefined]
      : [possibleTexts(name, read, pools)[0]]
    all = all.flatMap((assigned) => texts.map((text) => new Map(assigned).set(name, text)))
  }
  return all
}

function possibleTexts(key: string, read: Question['read'], pools: Pools): readonly string[] {
  const known = read(key)
  if (isUnknown(known)) return pools.get(key.toLowerCase()) ?? []
  return typeof known === 'string' ? [known] : []
}

/** Texts of a key by which a pattern with the key as a variable matches what it is compared with. */
function solutions(key: string, { tests, resources, read }: Question, pools: Pools): string[] {
  const lookup = (name: string) => possibleTexts(name, read, new Map())[0]
  const isOpen = (name: string) => isUnknown(read(name))
  const solve = (pattern: string, text: string, rules: PatternRules) =>
    variablesIn(pattern).some((name) => isSame(name, key))
      ? (solveVariable(key, text, pattern, { ...rules, lookup }, isOpen) ?? [])
      : []
  return [
    ...resources.flatMap(({ pattern, resource }) =>
      solve(pattern, resource, { wildcards: 'resource' }),
    ),
    ...tests.flatMap((test) => {
      const rules = readOperator(test.operator)?.rules
      if (!test.hasVariables || rules === undefined) return []
      const texts = possibleTexts(test.key, read, pools)
      return texts.flatMap((text) => test.values.flatMap((value) => solve(value, text, rules)))
    }),
  ]
}

/** The contexts that a request may have, as far as conditions can tell them apart. */
import {
  findCandidates,
  isSame,
  unknownVariables,
  type Question,
  type ResourceTest,
  type Test,
} from './candidates.ts'
import { conditionHolds, readOperator, type ContextValue } from './condition.ts'
import { variableLookup } from './evaluate.ts'
import { matchesPattern, variablesIn } from './pattern.ts'
import { isMultivalued, isUnknown } from './request-context.ts'

type Values = Readonly<Record<string, ContextValue>>

/** Keys that variables compare with each other, and the values that they may have together. */
interface Part {
  /** Spelled as in the policy. */
  readonly keys: readonly string[]
  readonly values: readonly Values[]
}

export interface Worlds {
  readonly parts: readonly Part[]
  /** For each part the number of its values. */
  readonly choices: readonly (readonly number[])[]
}

const MAX_WORLDS = 4096
/** Sets of more values are too many. */
const MAX_LIST = 6

/** Undefined if there are too many. */
export function enumerateWorlds(question: Question): Worlds | undefined {
  const parts: Part[] = []
  let choices: number[][] = [[]]
  for (const keys of linkKeys(question)) {
    const values = valuesTogether(keys, question)
    if (values === undefined || choices.length * values.length > MAX_WORLDS) return undefined
    parts.push({ keys, values })
    choices = choices.flatMap((choice) => values.map((_, index) => [...choice, index]))
  }
  return { parts, choices }
}

/** The values of the unknown keys in one of the worlds. */
export function valuesIn({ parts }: Worlds, choice: readonly number[]): Values {
  const all = parts.map(({ values }, part) => values[choice[part] ?? 0])
  return Object.assign({}, ...all) as Values
}

/** The unknown keys, in groups that no test connects. */
function linkKeys({ tests, resources, read }: Question): string[][] {
  const named = [
    ...tests.map((test) => [
      ...(isUnknown(read(test.key)) ? [test.key] : []),
      ...unknownVariables(test, read),
    ]),
    ...resources.map(({ pattern }) =>
      unknownVariables({ values: [pattern], hasVariables: true }, read),
    ),
  ]
  let groups: string[][] = []
  for (const keys of named) {
    const isLinked = (group: readonly string[]) =>
      group.some((each) => keys.some((key) => isSame(each, key)))
    const merged = [...groups.filter(isLinked).flat(), ...keys]
    const unique = merged.filter(
      (key, index) => merged.findIndex((each) => isSame(each, key)) === index,
    )
    groups = [...groups.filter((group) => !isLinked(group)), ...(unique.length > 0 ? [unique] : [])]
  }
  return groups
}

/** What linked keys may be together; one of all that the tests cannot tell apart. */
function valuesTogether(keys: readonly string[], question: Question): Values[] | undefined {
  const part = restrict(question, keys)
  const pools = findCandidates(keys, part)
  if (pools === undefined) return undefined
  let all: Values[] = [{}]
  for (const key of keys) {
    const values = valuesOf(key, pools.get(key.toLowerCase()) ?? [], part)
    if (values === undefined || all.length * values.length > MAX_WORLDS) return undefined
    all = all.flatMap((others) => values.map((value) => ({ ...others, [key]: value })))
  }
  return distinct(all, (values) => turnOut(values, part))
}

function restrict({ tests, resources, read }: Question, keys: readonly string[]): Question {
  const isNamed = (names: readonly string[]) =>
    names.some((name) => keys.some((key) => isSame(key, name)))
  return {
    tests: tests.filter((test) => isNamed([test.key, ...unknownVariables(test, read)])),
    resources: resources.filter(({ pattern }) => isNamed(variablesIn(pattern))),
    read,
  }
}

/** How the tests turn out for some values, as a text. */
function turnOut(values: Values, { tests, resources, read }: Question): string {
  const own = new Map(Object.entries(values).map(([key, value]) => [key.toLowerCase(), value]))
  const valueOf = (key: string) => {
    const known = read(key)
    return isUnknown(known) ? own.get(key.toLowerCase()) : known
  }
  const lookup = variableLookup(valueOf)
  const testHolds = ({ operator, key, values: expected, hasVariables }: Test) =>
    conditionHolds(operator, valueOf(key), expected, hasVariables ? lookup : undefined)
  const resourceMatches = ({ pattern, resource }: ResourceTest) =>
    matchesPattern(resource, pattern, { wildcards: 'resource', lookup })
  return [...tests.map(testHolds), ...resources.map(resourceMatches)].join()
}

/** What a key may be; undefined if there are too many sets of values. */
function valuesOf(
  key: string,
  texts: readonly string[],
  { tests, resources, read }: Question,
): ContextValue[] | undefined {
  const own = tests.filter((test) => isSame(test.key, key))
  const hasSet = own.some(({ operator }) => readOperator(operator)?.set !== undefined)
  const known = read(key)
  const absent = isUnknown(known) && known.mayBeAbsent ? [undefined] : []
  if (!isMultivalued(key, hasSet)) return [...texts, ...absent]
  const isLinked = resources.length > 0 || own.length < tests.length
  const elements = isLinked
    ? texts
    : distinct(texts, (text) => turnOut({ [key]: [text] }, { tests, resources, read }))
  if (elements.length > MAX_LIST) return undefined
  return [...(key.toLowerCase().startsWith('aws:') ? [] : texts), ...subsets(elements), ...absent]
}

function subsets(texts: readonly string[]): string[][] {
  const all = texts.reduce<string[][]>(
    (sets, text) => [...sets, ...sets.map((set) => [...set, text])],
    [[]],
  )
  return all.filter((set) => set.length > 0)
}

function distinct<Value>(values: readonly Value[], describe: (value: Value) => string): Value[] {
  const found = new Map<string, Value>()
  for (const value of values) {
    const description = describe(value)
    if (!found.has(description)) found.set(description, value)
  }
  return [...found.values()]
}

/** What policies decide about a request of which not everything is known. */
import { conditionHolds, type ContextValue } from './condition.ts'
import {
  actionApplies,
  clausesOf,
  evaluateStatements,
  hasVariables,
  isLimited,
  resourceApplies,
  resourcePatterns,
  variableLookup,
  type Evaluation,
  type LocatedStatement,
  type StatementReference,
} from './evaluate.ts'
import { variablesIn, type VariableLookup } from './pattern.ts'
import { contextReader, isUnknown, type Known, type OpenContext } from './request-context.ts'
import { unknownVariables, type ResourceTest, type Test } from './candidates.ts'
import { enumerateWorlds, valuesIn, type Worlds } from './worlds.ts'

export interface OpenRequest {
  /** `service:Action`, as in `iam:ListUsers`. */
  readonly action: string
  /** An ARN, or `*` for actions without a resource. */
  readonly resource: string
  readonly context: OpenContext
}

export type Prediction =
  /** Whatever the values that are not known. */
  | Evaluation
  | {
      readonly decision: 'depends'
      /** On which keys the decision depends, spelled as in the policy. */
      readonly keys: readonly string[]
      /** The Deny, or else the Allow, that applies only sometimes. */
      readonly statement: StatementReference
      /** Each decision that is possible, once. */
      readonly outcomes: readonly Evaluation[]
    }
  /** There are too many cases to look at. */
  | { readonly decision: 'notKnown'; readonly keys: readonly string[] }

type NotKnown = Extract<Prediction, { readonly decision: 'notKnown' }>

/** Each decision that is possible; `notKnown` stays what it is. */
export function outcomesOf(prediction: Exclude<Prediction, NotKnown>): readonly Evaluation[]
export function outcomesOf(prediction: Prediction): readonly (Evaluation | NotKnown)[]
export function outcomesOf(prediction: Prediction): readonly (Evaluation | NotKnown)[] {
  return prediction.decision === 'depends' ? prediction.outcomes : [prediction]
}

type ReadKey = (key: string) => Known

export function predict(statements: readonly LocatedStatement[], request: OpenRequest): Prediction {
  const read = contextReader(request.context)
  const known = knownValues(request.context)
  const hasBoundary = isLimited(statements)
  const relevant = statements.filter((each) => canApply(each, request, read))
  const isSure = (each: LocatedStatement) => isSettled(each, read)
  const settled = relevant.filter(isSure)
  const sure = evaluateStatements(settled, { ...request, context: known }, hasBoundary)
  if (sure.decision === 'explicitDeny') return sure
  // Beside an Allow that applies for certain, only a Deny makes a difference.
  const considered = relevant.filter(
    (each) => isSure(each) || sure.decision !== 'allowed' || each.statement.Effect === 'Deny',
  )
  const open = considered.filter((each) => !isSure(each))
  if (open.length === 0) return sure
  const tests = open.flatMap(testsOf)
  const resources = open.flatMap(variableResources(request))
  const worlds = enumerateWorlds({ tests, resources, read })
  if (worlds === undefined) return { decision: 'notKnown', keys: openKeys(tests, read) }
  const evaluations = worlds.choices.map((choice) => {
    const context = { ...known, ...valuesIn(worlds, choice) }
    return evaluateStatements(considered, { ...request, context }, hasBoundary)
  })
  return summarize(evaluations, worlds)
}

/** Whether the statement applies to the request in any case. */
function canApply(located: LocatedStatement, request: OpenRequest, read: ReadKey): boolean {
  const { statement } = located
  if (!actionApplies(statement, request.action)) return false
  const lookup = hasVariables(located) ? knownLookup(read) : undefined
  if (variableResources(request)(located).every(({ pattern }) => !namesUnknown(pattern, read))) {
    if (!resourceApplies(statement, request.resource, lookup)) return false
  }
  return testsOf(located)
    .filter((test) => isCertain(test, read))
    .every(({ operator, key, values }) => {
      const holds = conditionHolds(operator, knownOf(read, key), values, lookup)
      return holds ?? statement.Effect === 'Deny'
    })
}

/** Whether it makes no difference for the statement what is not known. */
function isSettled(located: LocatedStatement, read: ReadKey): boolean {
  const isOpen = (pattern: string) => hasVariables(located) && namesUnknown(pattern, read)
  return (
    testsOf(located).every((test) => isCertain(test, read)) &&
    !resourcePatterns(located.statement).some(isOpen)
  )
}

/** Whether a test has the same result whatever is not known. */
function isCertain(test: Test, read: ReadKey): boolean {
  return !isUnknown(read(test.key)) && unknownVariables(test, read).length === 0
}

function namesUnknown(pattern: string, read: ReadKey): boolean {
  return variablesIn(pattern).some((name) => isUnknown(read(name)))
}

function testsOf(located: LocatedStatement): Test[] {
  const withVariables = hasVariables(located)
  return clausesOf(located.statement.Condition).map((clause) => ({
    ...clause,
    hasVariables: withVariables,
  }))
}

function variableResources({ resource }: OpenRequest) {
  return (located: LocatedStatement): ResourceTest[] => {
    if (!hasVariables(located)) return []
    return resourcePatterns(located.statement)
      .filter((pattern) => variablesIn(pattern).length > 0)
      .map((pattern) => ({ pattern, resource }))
  }
}

function openKeys(tests: readonly Test[], read: ReadKey): string[] {
  return [...new Set(tests.map(({ key }) => key).filter((key) => isUnknown(read(key))))]
}

type KnownValues = Readonly<Record<string, ContextValue>>

const knownByContext = new WeakMap<OpenContext, KnownValues>()

export function knownValues(context: OpenContext): KnownValues {
  const known =
    knownByContext.get(context) ?? Object.fromEntries(Object.entries(context).filter(isKnown))
  knownByContext.set(context, known)
  return known
}

function isKnown(entry: [string, Known]): entry is [string, ContextValue] {
  return !isUnknown(entry[1])
}

function knownOf(read: ReadKey, key: string): ContextValue {
  const known = read(key)
  return isUnknown(known) ? undefined : known
}

function knownLookup(read: ReadKey): VariableLookup {
  return variableLookup((key) => knownOf(read, key))
}

function summarize(evaluations: readonly Evaluation[], worlds: Worlds): Prediction {
  const outcomes = DECISIONS.flatMap(
    (decision) => evaluations.find((each) => each.decision === decision) ?? [],
  )
  const [first] = outcomes
  if (first === undefined) throw new Error('A request has at least one context')
  if (outcomes.length === 1 || first.statement === undefined) return first
  const keys = worlds.parts
    .filter((_, part) => makesDifference(part, evaluations, worlds))
    .flatMap((part) => part.keys)
  return { decision: 'depends', keys, statement: first.statement, outcomes }
}

/** The decision that names the statement comes first. */
const DECISIONS = ['explicitDeny', 'allowed', 'implicitDeny'] as const

/** Whether two cases that differ in one part only are decided differently. */
function makesDifference(
  part: number,
  evaluations: readonly Evaluation[],
  { choices }: Worlds,
): boolean {
  const decisions = new Map<string, string>()
  return choices.some((choice, index) => {
    const others = choice.with(part, 0).join()
    const decision = evaluations[index]?.decision ?? ''
    const before = decisions.get(others)
    decisions.set(others, decision)
    return before !== undefined && before !== decision
  })
}

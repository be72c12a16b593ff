/** AWS CloudFormation User Guide, "Intrinsic function reference", as far as a file alone tells the result. */
import { isObject, mapValues, objectIn, textIn, type Json } from '../lines.ts'
import { EXAMPLE, unknownText } from './found-policy.ts'

/** What functions refer to, and what was found out on the way. */
export interface Template {
  readonly parameters: Json
  readonly mappings: Json
  readonly conditions: Json
  /** The conditions that are not known, and taken to hold. */
  readonly assumed: Set<string>
  /** The characters that references may still add. */
  budget: number
}

/** No policy has more, and a template that refers to one text many times could become as large as it likes. */
const MAX_TEXT = 1_000_000

export function readTemplate(file: Json): Template {
  return {
    parameters: objectIn(file, 'Parameters'),
    mappings: objectIn(file, 'Mappings'),
    conditions: objectIn(file, 'Conditions'),
    assumed: new Set(),
    budget: MAX_TEXT,
  }
}

/** The value with its functions replaced by their results; undefined for `AWS::NoValue`. */
export function resolveValue(value: unknown, template: Template): unknown {
  if (Array.isArray(value)) {
    const items = value.map((each) => resolveValue(each, template))
    return items.filter((each) => each !== undefined)
  }
  if (!isObject(value)) return value
  const [name = '', ...others] = Object.keys(value)
  const isCall = others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))
  if (!isCall) return mapValues(value, (each) => resolveValue(each, template))
  const call = FUNCTIONS.get(name)
  return spend(call === undefined ? unknownText(name) : call(value[name], template), template)
}

function spend(value: unknown, template: Template): unknown {
  template.budget -= typeof value === 'string' ? value.length : 1
  if (template.budget < 0) throw new Error('its functions make more text than any policy has')
  return value
}

/** Whether a condition holds; undefined if the file does not tell. */
export function conditionHolds(name: string, template: Template, depth = 0): boolean | undefined {
  const { conditions } = template
  return Object.hasOwn(conditions, name) ? holds(conditions[name], template, depth) : undefined
}

/** Conditions may refer to each other; in a circle they mean nothing. */
const MAX_DEPTH = 20

function holds(condition: unknown, template: Template, depth: number): boolean | undefined {
  if (!isObject(condition) || depth > MAX_DEPTH) return undefined
  const [[name, value] = ['', undefined]] = Object.entries(condition)
  if (name === 'Condition') return conditionHolds(String(value), template, depth + 1)
  const list: unknown[] = Array.isArray(value) ? value : []
  if (name === 'Fn::Equals') return areEqual(list, template)
  return combine(
    name,
    list.map((each) => holds(each, template, depth + 1)),
  )
}

function combine(name: string, results: readonly (boolean | undefined)[]): boolean | undefined {
  if (name === 'Fn::Not') return results[0] === undefined ? undefined : !results[0]
  if (name !== 'Fn::And' && name !== 'Fn::Or') return undefined
  const deciding = name === 'Fn::Or'
  if (results.includes(deciding)) return deciding
  return results.includes(undefined) ? undefined : !deciding
}

function areEqual(list: readonly unknown[], template: Template): boolean | undefined {
  const [a, b] = list.map((each) => toText(resolveValue(each, template), ','))
  return `${a}${b}`.includes('${') ? undefined : a === b
}

type IntrinsicFunction = (argument: unknown, template: Template) => unknown

const FUNCTIONS = new Map<string, IntrinsicFunction>(
  Object.entries({
    Ref: (name, template) => resolveReference(String(name), template),
    'Fn::Sub': substitute,
    'Fn::GetAtt': (argument) => unknownText([argument].flat().join('.')),
    'Fn::ImportValue': (argument, template) =>
      unknownText(toText(resolveValue(argument, template), ',')),
    'Fn::ToJsonString': (argument, template) => JSON.stringify(resolveValue(argument, template)),
    'Fn::If': (argument, template) => {
      const [condition, then, otherwise] = Array.isArray(argument) ? (argument as unknown[]) : []
      const isTrue = conditionHolds(String(condition), template)
      if (isTrue === undefined) template.assumed.add(String(condition))
      return resolveValue(isTrue === false ? otherwise : then, template)
    },
    'Fn::Join': (argument, template) => {
      const [separator, list] = listOf(argument, template)
      return Array.isArray(list) ? toText(list, String(separator)) : unknownText('Fn::Join')
    },
    'Fn::Split': (argument, template) => {
      const [separator, text] = listOf(argument, template)
      return toText(text, '').split(toText(separator, ''))
    },
    'Fn::Select': (argument, template) => {
      const [index, list] = listOf(argument, template)
      const item = Array.isArray(list) ? (list as unknown[])[Number(index)] : undefined
      return item ?? unknownText('Fn::Select')
    },
    'Fn::FindInMap': (argument, template) => {
      const [map, first, second, options] = listOf(argument, template)
      const row = objectIn(objectIn(template.mappings, String(map)), String(first))
      const fallback = isObject(options) ? options.DefaultValue : undefined
      return row[String(second)] ?? fallback ?? unknownText(`Fn::FindInMap.${String(map)}`)
    },
  } satisfies Record<string, IntrinsicFunction>),
)

function listOf(argument: unknown, template: Template): unknown[] {
  const list = resolveValue(argument, template)
  return Array.isArray(list) ? (list as unknown[]) : []
}

function toText(value: unknown, separator: string): string {
  if (Array.isArray(value)) return value.map((each) => toText(each, separator)).join(separator)
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : unknownText('Fn')
}

/** `${!name}` stands for the text `${name}`, such as a policy variable. */
function substitute(argument: unknown, template: Template): string {
  const [text, variables] = Array.isArray(argument) ? (argument as unknown[]) : [argument]
  return String(text).replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`
    const own = isObject(variables) ? variables[name.trim()] : undefined
    const value =
      own === undefined ? resolveReference(name.trim(), template) : resolveValue(own, template)
    return String(spend(toText(value, ','), template))
  })
}

/** AWS CloudFormation User Guide, "Pseudo parameters reference", with an example for what an account has. */
const PSEUDO = new Map<string, string | undefined>(
  Object.entries({
    'AWS::Partition': EXAMPLE.partition,
    'AWS::AccountId': EXAMPLE.account,
    'AWS::Region': EXAMPLE.region,
    'AWS::URLSuffix': EXAMPLE.suffix,
    'AWS::NoValue': undefined,
  }),
)

function resolveReference(name: string, { parameters }: Template): unknown {
  if (PSEUDO.has(name)) return PSEUDO.get(name)
  const parameter = objectIn(parameters, name)
  const { Default } = parameter
  if (Default === undefined) return unknownText(name)
  const isList = textIn(parameter, 'Type')?.includes('List')
  const text = toText(Default, ',')
  return isList === true ? text.split(',').map((each) => each.trim()) : text
}

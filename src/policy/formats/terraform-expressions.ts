/** Terraform's templates in JSON (Terraform, "JSON Configuration Syntax"), as far as a file alone tells the result. */
import { isObject, mapValues, objectAt, objectIn, objectsIn, type Json } from '../lines.ts'
import { EXAMPLE, unknownText } from './found-policy.ts'

/** What expressions refer to. */
export interface Module {
  readonly variables: Json
  readonly locals: Json
}

export function readModule(file: Json): Module {
  const merged = objectsIn(file, 'locals')
  return {
    variables: Object.assign(objectAt(1), Object.fromEntries(blocks(file, 'variable'))),
    locals: Object.assign(objectAt(1), ...merged) as Json,
  }
}

/** The blocks under labels, by the last label. At each label may be one object or a list of them. */
export function blocks(file: Json, ...labels: readonly string[]): [label: string, body: unknown][] {
  return labels
    .reduce((found, label) => found.flatMap((each) => objectsIn(each, label)), [file])
    .flatMap((each) => Object.entries(each))
}

/** Locals may refer to each other; in a circle they mean nothing. */
const MAX_DEPTH = 20

export function resolveExpressions(value: unknown, module: Module, depth = 0): unknown {
  const resolve = (each: unknown): unknown => resolveExpressions(each, module, depth)
  if (Array.isArray(value)) return value.map(resolve)
  if (isObject(value)) return mapValues(value, resolve)
  if (typeof value !== 'string') return value
  const parts = splitTemplate(value)
  const [only] = parts
  if (parts.length === 1 && only !== undefined && 'expression' in only) {
    return evaluate(only.expression, module, depth)
  }
  return parts
    .map((part) => ('text' in part ? part.text : toText(part.expression, module, depth)))
    .join('')
}

function toText(expression: string, module: Module, depth: number): string {
  const value = evaluate(expression, module, depth)
  return typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : unknownText(expression)
}

type Part = { readonly text: string } | { readonly expression: string }

/** `$${` stands for the text `${`. The braces of an expression are balanced, apart from those in its texts. */
export function splitTemplate(template: string): Part[] {
  const pieces = template.matchAll(
    /(?<escaped>\$\$\{|%%\{)|\$\{(?<expression>(?:"(?:[^"\\]|\\.)*"|\{[^{}]*\}|[^{}"])*)\}|(?<text>[^$%]+|[$%])/gs,
  )
  return Array.from(pieces, ({ groups = {} }): Part => {
    const { escaped, expression, text = '' } = groups
    return expression === undefined
      ? { text: escaped?.slice(1) ?? text }
      : { expression: expression.trim() }
  })
}

const KNOWN: readonly (readonly [pattern: RegExp, value: string])[] = [
  [/^data\.aws_partition\.\w+\.(partition|id)$/, EXAMPLE.partition],
  [/^data\.aws_partition\.\w+\.dns_suffix$/, EXAMPLE.suffix],
  [/^data\.aws_caller_identity\.\w+\.(account_id|id)$/, EXAMPLE.account],
  [/^data\.aws_region\.\w+\.(name|id|region)$/, EXAMPLE.region],
]

function evaluate(expression: string, module: Module, depth: number): unknown {
  const [, kind, name = ''] = /^(var|local)\.([\w-]+)$/.exec(expression) ?? []
  const { variables, locals } = module
  const value = kind === 'var' ? objectIn(variables, name).default : locals[name]
  if (kind !== undefined && value !== undefined && depth < MAX_DEPTH) {
    return kind === 'var' ? value : resolveExpressions(value, module, depth + 1)
  }
  const known = KNOWN.find(([pattern]) => pattern.test(expression))
  return known?.[1] ?? unknownText(expression)
}

/** The value of a policy variable; undefined if the request has no single value for it. */
export type VariableLookup = (name: string) => string | undefined

export interface PatternRules {
  /**
   * What `*` and `?` match: only themselves, any characters, or any characters within one segment of
   * an ARN. In a `resource`, `*` at the end of a segment also matches colons (IAM User Guide, "IAM
   * JSON policy elements: Resource"), and an incomplete ARN matches as if it ended with `:*`.
   */
  readonly wildcards: 'none' | 'any' | 'arn' | 'resource'
  readonly ignoreCase?: boolean
  /** Without it, `${...}` is literal text. */
  readonly lookup?: VariableLookup | undefined
}

/** Literal text, or a wildcard and whether it matches colons. */
export type PatternPart =
  { readonly text: string } | { readonly wildcard: '*' | '?'; readonly crossesColons: boolean }

/** An ARN is `arn:partition:service:region:account:resource`; only the resource may contain colons. */
const ARN_COLONS = 5
const TOKENS = /[*?]|[^*?]+/g
const TOKENS_AND_VARIABLES = /\$\{[^}]*\}|[*?]|[^*?$]+|\$/g
const VARIABLE = /^\$\{\s*([^,}]*?)\s*(?:,\s*'([^']*)'\s*)?\}$/
/** Stands for the unknown value of a variable; no value contains it. */
const ANYTHING = '\u0000'

export function matchesPattern(text: string, pattern: string, rules: PatternRules): boolean {
  return compile(pattern, rules)?.test(text) ?? false
}

/** Actions have no case (IAM User Guide, "IAM JSON policy elements: Action"). */
export function matchesAction(action: string, pattern: string): boolean {
  return matchesPattern(action, pattern, { wildcards: 'any', ignoreCase: true })
}

/** The parts of a pattern; undefined if it matches nothing: a variable has no value, or it is no ARN. */
export function readPattern(pattern: string, rules: PatternRules): PatternPart[] | undefined {
  const parts: PatternPart[] = []
  let colons = 0
  const tokens = pattern.matchAll(rules.lookup ? TOKENS_AND_VARIABLES : TOKENS)
  for (const { 0: token, index } of tokens) {
    if (rules.wildcards !== 'none' && (token === '*' || token === '?')) {
      const isLast = colons >= ARN_COLONS
      parts.push({ wildcard: token, crossesColons: isLast || crossesColons(pattern, index, rules) })
      continue
    }
    const text = rules.lookup ? resolveVariable(token, rules.lookup) : token
    if (text === undefined) return undefined
    colons += countColons(text)
    parts.push({ text })
  }
  return rules.wildcards === 'arn' && colons < ARN_COLONS ? undefined : parts
}

/** Whether a wildcard before the last segment of an ARN matches colons. */
function crossesColons(pattern: string, index: number, { wildcards }: PatternRules): boolean {
  if (wildcards === 'resource') return /^\*(:|$)/.test(pattern.slice(index))
  return wildcards === 'any'
}

function countColons(text: string): number {
  return text.split(':').length - 1
}

/** The keys that stand in `${...}`. */
export function variablesIn(pattern: string): string[] {
  return Array.from(pattern.matchAll(/\$\{[^}]*\}/g), ([token]) => VARIABLE.exec(token)?.[1])
    .filter((name) => name !== undefined)
    .filter((name) => !/^[*?$]?$/.test(name))
}

/** A value of a variable by which a pattern matches a text; `isUnknown` says of which there is no value. */
export function solveVariable(
  name: string,
  text: string,
  pattern: string,
  rules: PatternRules,
  isUnknown: (name: string) => boolean,
): string | undefined {
  const lookup: VariableLookup = (each) => {
    if (each.toLowerCase() === name.toLowerCase()) return ANYTHING
    return isUnknown(each) ? ANYTHING.repeat(2) : rules.lookup?.(each)
  }
  const source = compile(pattern, { ...rules, lookup })?.source
  const open = source?.replaceAll(ANYTHING.repeat(2), '.*?').replaceAll(ANYTHING, '(.*?)')
  return open === undefined ? undefined : new RegExp(open, 's').exec(text)?.[1]
}

type Compiled = Map<PatternRules['wildcards'], Map<string, RegExp | undefined>>

/** By rules, then by pattern: an account has thousands, and asks for each of them thousands of times. */
const compiled: Compiled = new Map()
const compiledIgnoringCase: Compiled = new Map()
const MOST_COMPILED = 50_000

function compile(pattern: string, rules: PatternRules): RegExp | undefined {
  // With a variable, it depends on the value.
  if (pattern.includes('$')) return compileAnew(pattern, rules)
  const { wildcards, ignoreCase } = rules
  const byWildcards = ignoreCase ? compiledIgnoringCase : compiled
  const known = byWildcards.get(wildcards) ?? new Map<string, RegExp | undefined>()
  byWildcards.set(wildcards, known)
  const found = known.get(pattern)
  if (found !== undefined) return found
  if (known.size >= MOST_COMPILED) known.clear()
  const created = compileAnew(pattern, rules)
  known.set(pattern, created)
  return created
}

function compileAnew(pattern: string, rules: PatternRules): RegExp | undefined {
  const parts = readPattern(pattern, rules)
  if (parts === undefined) return undefined
  const source = parts.map(toSource).join('')
  const ending = rules.wildcards === 'resource' ? incompleteEnding(parts) : ''
  return new RegExp(`^${source}${ending}$`, rules.ignoreCase ? 'is' : 's')
}

/** What the segments that a resource lacks may be. */
function incompleteEnding(parts: readonly PatternPart[]): string {
  const missing =
    ARN_COLONS - countColons(parts.map((part) => ('text' in part ? part.text : '')).join(''))
  return missing > 0 ? `(?:${':[^:]*'.repeat(missing - 1)}:.*)?` : ''
}

function toSource(part: PatternPart): string {
  if ('text' in part) return part.text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return (part.crossesColons ? '.' : '[^:]') + (part.wildcard === '*' ? '*' : '')
}

/** Values are literal text: a user called `*` is no wildcard. */
function resolveVariable(token: string, lookup: VariableLookup): string | undefined {
  const [variable, name, fallback] = VARIABLE.exec(token) ?? []
  if (variable === undefined || name === undefined) return token
  return name === '*' || name === '?' || name === '$' ? name : (lookup(name) ?? fallback)
}

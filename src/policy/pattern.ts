/** The value of a policy variable; undefined if the request has no single value for it. */
export type VariableLookup = (name: string) => string | undefined

export interface PatternRules {
  /**
   * What `*` and `?` match: only themselves, any characters, or any characters within one part of an
   * ARN. An incomplete `resource` matches as if it ended with `:*` (IAM User Guide, "IAM JSON policy
   * elements: Resource").
   */
  readonly wildcards: 'none' | 'any' | 'arn' | 'resource'
  readonly ignoreCase?: boolean
  /** Without it, `${...}` is literal text. */
  readonly lookup?: VariableLookup | undefined
}

/** An ARN is `arn:partition:service:region:account:resource`; only the resource may contain colons. */
const ARN_COLONS = 5
const TOKENS = /[*?]|[^*?]+/g
const TOKENS_AND_VARIABLES = /\$\{[^}]*\}|[*?]|[^*?$]+|\$/g
const VARIABLE = /^\$\{\s*([^,}]*?)\s*(?:,\s*'([^']*)'\s*)?\}$/

export function matchesPattern(text: string, pattern: string, rules: PatternRules): boolean {
  return compile(pattern, rules)?.test(text) ?? false
}

/** Actions have no case (IAM User Guide, "IAM JSON policy elements: Action"). */
export function matchesAction(action: string, pattern: string): boolean {
  return matchesPattern(action, pattern, { wildcards: 'any', ignoreCase: true })
}

/** Undefined if a variable has no value: then the pattern matches nothing. */
function compile(pattern: string, rules: PatternRules): RegExp | undefined {
  const translated = translate(pattern, rules)
  if (translated === undefined) return undefined
  const missing = isArn(rules) ? ARN_COLONS - translated.colons : 0
  if (missing > 0 && rules.wildcards === 'arn') return undefined
  const ending = missing > 0 ? ':[^:]*'.repeat(missing - 1) + ':.*' : ''
  return new RegExp(`^${translated.source}${ending}$`, rules.ignoreCase ? 'is' : 's')
}

function translate(pattern: string, rules: PatternRules) {
  const { wildcards, lookup } = rules
  let source = ''
  let colons = 0
  for (const [token] of pattern.matchAll(lookup ? TOKENS_AND_VARIABLES : TOKENS)) {
    const isWildcard = wildcards !== 'none' && (token === '*' || token === '?')
    const text = isWildcard || !lookup ? token : resolveVariable(token, lookup)
    if (text === undefined) return undefined
    source += isWildcard ? wildcardSource(token, isArn(rules) && colons < ARN_COLONS) : escape(text)
    colons += text.split(':').length - 1
  }
  return { source, colons }
}

function isArn({ wildcards }: PatternRules): boolean {
  return wildcards === 'arn' || wildcards === 'resource'
}

function wildcardSource(wildcard: string, withinPart: boolean): string {
  return (withinPart ? '[^:]' : '.') + (wildcard === '*' ? '*' : '')
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** Values are literal text: a user called `*` is no wildcard. */
function resolveVariable(token: string, lookup: VariableLookup): string | undefined {
  const [variable, name, fallback] = VARIABLE.exec(token) ?? []
  if (variable === undefined || name === undefined) return token
  return name === '*' || name === '?' || name === '$' ? name : (lookup(name) ?? fallback)
}

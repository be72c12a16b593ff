/** The value of a policy variable; undefined where the request has no single value for it. */
export type Lookup = (name: string) => string | undefined

export interface PatternRules {
  /**
   * What `*` and `?` stand for: nothing but themselves, any characters, or any characters
   * within one part of an ARN. A `resource` that stops early goes on as `:*`, as the IAM User
   * Guide says of incomplete ARNs in identity policies.
   */
  readonly wildcards: 'none' | 'any' | 'arn' | 'resource'
  readonly ignoreCase?: boolean
  /** Left out, `${...}` is plain text. */
  readonly lookup?: Lookup | undefined
}

/** An ARN is `arn:partition:service:region:account:resource`; only the last part may hold colons. */
const ARN_COLONS = 5
const TOKENS = /[*?]|[^*?]+/g
const TOKENS_AND_VARIABLES = /\$\{[^}]*\}|[*?]|[^*?$]+|\$/g
const VARIABLE = /^\$\{\s*([^,}]*?)\s*(?:,\s*'([^']*)'\s*)?\}$/

/** Undefined where a variable has no value: then the pattern equals and resembles nothing. */
function compile(pattern: string, rules: PatternRules): RegExp | undefined {
  const translated = translate(pattern, rules)
  if (translated === undefined) return undefined
  const missing = isArn(rules) ? ARN_COLONS - translated.colons : 0
  if (missing > 0 && rules.wildcards === 'arn') return undefined
  const rest = missing > 0 ? ':[^:]*'.repeat(missing - 1) + ':.*' : ''
  return new RegExp(`^${translated.source}${rest}$`, rules.ignoreCase ? 'is' : 's')
}

export function resembles(text: string, pattern: string, rules: PatternRules): boolean {
  return compile(pattern, rules)?.test(text) ?? false
}

function translate(pattern: string, rules: PatternRules) {
  const { wildcards, lookup } = rules
  let source = ''
  let colons = 0
  for (const [token] of pattern.matchAll(lookup ? TOKENS_AND_VARIABLES : TOKENS)) {
    const isWildcard = wildcards !== 'none' && (token === '*' || token === '?')
    const text = isWildcard || !lookup ? token : resolve(token, lookup)
    if (text === undefined) return undefined
    source += isWildcard ? anything(token, isArn(rules) && colons < ARN_COLONS) : literally(text)
    colons += text.split(':').length - 1
  }
  return { source, colons }
}

function isArn({ wildcards }: PatternRules): boolean {
  return wildcards === 'arn' || wildcards === 'resource'
}

function anything(wildcard: string, withinPart: boolean): string {
  return (withinPart ? '[^:]' : '.') + (wildcard === '*' ? '*' : '')
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** Values go in as plain text: a user called `*` is no wildcard. */
function resolve(token: string, lookup: Lookup): string | undefined {
  const [variable, name, fallback] = VARIABLE.exec(token) ?? []
  if (variable === undefined || name === undefined) return token
  return name === '*' || name === '?' || name === '$' ? name : (lookup(name) ?? fallback)
}

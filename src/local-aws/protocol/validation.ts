import { validationError } from './service-error.ts'
import type { Params } from './service.ts'

export interface Constraint {
  readonly param: string
  /** AWS's text. */
  readonly message: string
  readonly accepts: (value: string) => boolean
}

export function length(param: string, min: number, max: number): Constraint[] {
  return limits(param, 'length', min, max, (value) => value.length)
}

export function range(param: string, min: number, max: number): Constraint[] {
  return limits(param, 'value', min, max, Number)
}

function limits(
  param: string,
  quantity: 'length' | 'value',
  min: number,
  max: number,
  measure: (value: string) => number,
): Constraint[] {
  const limit = (bound: string, accepts: (size: number) => boolean): Constraint => ({
    param,
    message: `Member must have ${quantity} ${bound}`,
    accepts: (value) => accepts(measure(value)),
  })
  return [
    limit(`greater than or equal to ${min}`, (size) => size >= min),
    limit(`less than or equal to ${max}`, (size) => size <= max),
  ]
}

export function pattern(param: string, expression: string): Constraint {
  const whole = new RegExp(`^(?:${expression})$`)
  return {
    param,
    message: `Member must satisfy regular expression pattern: ${expression}`,
    accepts: (value) => whole.test(value),
  }
}

export function oneOf(param: string, values: readonly string[]): Constraint {
  return {
    param,
    message: `Member must satisfy enum value set: [${values.join(', ')}]`,
    accepts: (value) => values.includes(value),
  }
}

/** IAM API reference: names of users, groups and policies. */
export function entityName(param: string, max = 128): Constraint[] {
  return [...length(param, 1, max), pattern(param, String.raw`[\w+=,.@-]+`)]
}

/** IAM API reference: paths of policies; those of users and groups may have more characters. */
export const PATH: readonly Constraint[] = [
  ...length('Path', 1, 512),
  pattern('Path', String.raw`((/[A-Za-z0-9\.,\+@=_-]+)*)/`),
]

/** Throws AWS's ValidationError if a parameter is missing. A list is there if it has a first member. */
export function requirePresent(params: Params, names: readonly string[]): void {
  const missing = names.filter(
    (name) => params[name] === undefined && params[`${name}.member.1`] === undefined,
  )
  throwIfAny(missing.map((name) => describeProblem('null', name, 'Member must not be null')))
}

/** Throws AWS's ValidationError if a parameter breaks a constraint. An absent parameter breaks none. */
export function validate(params: Params, constraints: readonly Constraint[]): void {
  const broken = constraints.flatMap(({ param, message, accepts }) => {
    const value = params[param]
    if (value === undefined || accepts(value)) return []
    return [describeProblem(`'${value}'`, param, message)]
  })
  throwIfAny(broken)
}

function describeProblem(value: string, param: string, message: string): string {
  const name = param.charAt(0).toLowerCase() + param.slice(1)
  return `Value ${value} at '${name}' failed to satisfy constraint: ${message}`
}

function throwIfAny(problems: readonly string[]): void {
  if (problems.length === 0) return
  const count = `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected`
  throw validationError(`${count}: ${problems.join('; ')}`)
}

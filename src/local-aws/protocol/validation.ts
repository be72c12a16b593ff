import { validationError } from './service-error.ts'
import type { Params } from './service.ts'

export interface Constraint {
  readonly param: string
  /** AWS's own words for it. */
  readonly words: string
  readonly accepts: (value: string) => boolean
}

export function length(param: string, least: number, most: number): Constraint[] {
  return [
    {
      param,
      words: `Member must have length greater than or equal to ${least}`,
      accepts: (value) => value.length >= least,
    },
    {
      param,
      words: `Member must have length less than or equal to ${most}`,
      accepts: (value) => value.length <= most,
    },
  ]
}

export function range(param: string, least: number, most: number): Constraint[] {
  return [
    {
      param,
      words: `Member must have value greater than or equal to ${least}`,
      accepts: (value) => Number(value) >= least,
    },
    {
      param,
      words: `Member must have value less than or equal to ${most}`,
      accepts: (value) => Number(value) <= most,
    },
  ]
}

export function shape(param: string, characters: string): Constraint {
  const whole = new RegExp(`^(?:${characters})$`)
  return {
    param,
    words: `Member must satisfy regular expression pattern: ${characters}`,
    accepts: (value) => whole.test(value),
  }
}

export function choice(param: string, values: readonly string[]): Constraint {
  return {
    param,
    words: `Member must satisfy enum value set: [${values.join(', ')}]`,
    accepts: (value) => values.includes(value),
  }
}

/** IAM API reference: names of users, groups and policies. */
export function nameOf(param: string, most = 128): Constraint[] {
  return [...length(param, 1, most), shape(param, String.raw`[\w+=,.@-]+`)]
}

/** Throws AWS's ValidationError where a parameter is missing; a list has its first member. */
export function requirePresent(params: Params, names: readonly string[]): void {
  const missing = names.filter(
    (name) => params[name] === undefined && params[`${name}.member.1`] === undefined,
  )
  refuse(
    missing.map(
      (name) =>
        `Value null at '${wireName(name)}' failed to satisfy constraint: Member must not be null`,
    ),
  )
}

/** Throws AWS's ValidationError for the parameters that are there and break a constraint. */
export function validate(params: Params, constraints: readonly Constraint[]): void {
  const broken = constraints.flatMap(({ param, words, accepts }) => {
    const value = params[param]
    if (value === undefined || accepts(value)) return []
    return [`Value '${value}' at '${wireName(param)}' failed to satisfy constraint: ${words}`]
  })
  refuse(broken)
}

function wireName(param: string): string {
  return param.charAt(0).toLowerCase() + param.slice(1)
}

function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return
  const count = `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected`
  throw validationError(`${count}: ${problems.join('; ')}`)
}

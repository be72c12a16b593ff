import { Refusal } from './refusal.ts'
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

/** Throws AWS's ValidationError for the parameters that are there and break a constraint. */
export function validate(params: Params, constraints: readonly Constraint[]): void {
  const broken = constraints.flatMap(({ param, words, accepts }) => {
    const value = params[param]
    if (value === undefined || accepts(value)) return []
    const name = param.charAt(0).toLowerCase() + param.slice(1)
    return [`Value '${value}' at '${name}' failed to satisfy constraint: ${words}`]
  })
  if (broken.length === 0) return
  const count = `${broken.length} validation error${broken.length === 1 ? '' : 's'} detected`
  throw new Refusal(400, 'ValidationError', `${count}: ${broken.join('; ')}`)
}

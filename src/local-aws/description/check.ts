import type { ErrorObject } from 'ajv'
import { closest } from '../../closest.ts'
import { DescriptionProblem, type Place } from './problem.ts'
import { ACCOUNT_SCHEMA, type AccountDescription } from './schema.ts'

/** Throws a DescriptionProblem for what the schema does not allow. */
export async function checkDescription(value: unknown): Promise<AccountDescription> {
  const { Ajv } = await import('ajv')
  const validate = new Ajv({ verbose: true }).compile<AccountDescription>(ACCOUNT_SCHEMA)
  if (validate(value)) return value
  const [error] = validate.errors ?? []
  throw error === undefined ? new DescriptionProblem([], ' is not valid') : toProblem(error)
}

type Params = Readonly<Record<string, unknown>>
interface Parent {
  readonly description?: string
  readonly properties?: object
}

/** By keyword of the schema: what is wrong, behind where it is. */
const PROBLEMS: Readonly<Record<string, (params: Params, schema: Parent) => string>> = {
  additionalProperties: ({ additionalProperty: name }, { properties = {} }) => {
    const meant = closest(String(name), Object.keys(properties))
    return `has no ${String(name)}${meant === undefined ? '' : `; ${meant} may be meant`}`
  },
  required: ({ missingProperty }) => `needs a ${String(missingProperty)}`,
  type: ({ type }) => `must be ${TYPES[String(type)] ?? ''}`,
  enum: ({ allowedValues }) => `must be ${(allowedValues as string[]).join(' or ')}`,
  pattern: (_, { description = 'valid' }) => `is not ${description}`,
}

function toProblem(error: ErrorObject): DescriptionProblem {
  const { keyword, params, parentSchema = {}, message = 'is not valid' } = error
  const place = placeOf(error)
  const problem = PROBLEMS[keyword]?.(params as Params, parentSchema as Parent) ?? message
  const name = (params as Params).additionalProperty
  const inside = typeof name === 'string' ? [...place, name] : place
  return new DescriptionProblem(inside, ` ${problem}`, place)
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text; put it in quotation marks',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
}

/** From a JSON pointer (RFC 6901), whose numbers are those of lists here. */
function placeOf({ instancePath }: ErrorObject): Place {
  const [, ...parts] = instancePath.split('/')
  const unescaped = parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  return unescaped.map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}

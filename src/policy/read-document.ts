import type { Conditions, PolicyDocument, Statement, Version } from './document.ts'
import { describeOperatorProblem } from './operators.ts'

type Json = Record<string, unknown>

const STATEMENT_ELEMENTS = new Set([
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
])

const WRAP = '{"Version": "2012-10-17", "Statement": […]}'
/** IAM: "Actions/Conditions must be prefaced by a vendor", and take one colon. */
const ACTION = /^(\*|[\w*?.-]+:[\w*?./-]+)$/

/**
 * Reads an identity policy from parsed JSON. Throws an Error that says what is wrong and where, if IAM
 * would not take it either.
 */
export function readPolicy(value: unknown): PolicyDocument {
  if (Array.isArray(value)) throw new Error(`This is a list of statements: put it into ${WRAP}`)
  const policy = readObject(value, 'Policy')
  if ('Effect' in policy) throw new Error(`This is a bare statement: put it into ${WRAP}`)
  refuseUnknown(policy, new Set(['Version', 'Id', 'Statement']), 'Policy')
  const statements = Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement]
  if (statements.length === 0) throw new Error('Policy: Statement is empty')
  const read = statements.map((each, index) => readStatement(each, `Statement ${index + 1}`))
  refuseDuplicateSids(read)
  return {
    Version: readVersion(policy.Version),
    ...(policy.Id === undefined ? {} : { Id: readString(policy.Id, 'Policy: Id') }),
    Statement: read,
  }
}

function refuseDuplicateSids(statements: readonly Statement[]): void {
  const sids = statements.map(({ Sid = '' }) => Sid)
  const second = sids.findIndex((sid, index) => sid !== '' && sids.indexOf(sid) < index)
  if (second < 0) return
  throw new Error(`Statement ${second + 1}: the Sid "${sids[second]}" appears a second time`)
}

/** IAM User Guide, "IAM JSON policy elements: Version": the default is 2008-10-17. */
function readVersion(value: unknown): Version {
  if (value === undefined) return '2008-10-17'
  if (value === '2008-10-17' || value === '2012-10-17') return value
  throw new Error('Policy: Version must be "2012-10-17" or "2008-10-17"')
}

function readStatement(value: unknown, where: string): Statement {
  const raw = readObject(value, where)
  if ('Principal' in raw || 'NotPrincipal' in raw) {
    throw new Error(`${where}: an identity policy has no Principal`)
  }
  refuseUnknown(raw, STATEMENT_ELEMENTS, where)
  return {
    ...(raw.Sid === undefined ? {} : { Sid: readSid(raw.Sid, `${where}: Sid`) }),
    Effect: readEffect(raw.Effect, where),
    ...readEither(raw, 'Action', 'NotAction', where, readAction),
    ...readEither(raw, 'Resource', 'NotResource', where, readResource),
    ...(raw.Condition === undefined ? {} : { Condition: readConditions(raw.Condition, where) }),
  }
}

function readSid(value: unknown, where: string): string {
  const sid = readString(value, where)
  if (/^[A-Za-z0-9]*$/.test(sid)) return sid
  throw new Error(`${where} "${sid}" may have letters and digits only`)
}

function readAction(value: unknown, where: string): string {
  const action = readString(value, where)
  if (ACTION.test(action)) return action
  throw new Error(`${where}: "${action}" is not SERVICE:ACTION, such as iam:ListUsers`)
}

function readResource(value: unknown, where: string): string {
  const resource = readString(value, where)
  if (resource === '*' || resource.startsWith('arn:')) return resource
  throw new Error(`${where}: "${resource}" is neither an ARN nor "*"`)
}

function readEffect(value: unknown, where: string): 'Allow' | 'Deny' {
  if (value === 'Allow' || value === 'Deny') return value
  throw new Error(`${where}: Effect must be "Allow" or "Deny"`)
}

function readEither<Name extends string>(
  raw: Json,
  positive: Name,
  negated: Name,
  where: string,
  read: (value: unknown, where: string) => string,
) {
  const given = [positive, negated].filter((name) => raw[name] !== undefined)
  const [name] = given
  if (name === undefined) throw new Error(`${where}: needs either ${positive} or ${negated}`)
  if (given.length > 1) throw new Error(`${where}: has both ${positive} and ${negated}; keep one`)
  return { [name]: readList(raw[name], `${where}: ${name}`, read) } as Partial<
    Record<Name, string[]>
  >
}

function readConditions(value: unknown, where: string): Conditions {
  const inCondition = `${where}: Condition`
  const problem = Object.keys(readObject(value, inCondition))
    .map(describeOperatorProblem)
    .find((each) => each !== undefined)
  if (problem !== undefined) throw new Error(`${inCondition}: ${problem}`)
  return readEntries(value, inCondition, (keys, inOperator) =>
    readEntries(keys, inOperator, (values, inKey) => readList(values, inKey, readScalar)),
  )
}

function readEntries<T>(value: unknown, where: string, read: (value: unknown, where: string) => T) {
  const entries = Object.entries(readObject(value, where))
  return Object.fromEntries(entries.map(([key, each]) => [key, read(each, `${where}: ${key}`)]))
}

function readList(
  value: unknown,
  where: string,
  read: (value: unknown, where: string) => string,
): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value]
  if (list.length === 0) throw new Error(`${where} is empty`)
  return list.map((each) => read(each, where))
}

function readString(value: unknown, where: string): string {
  if (typeof value === 'string') return value
  throw new Error(`${where} must be text`)
}

/** IAM accepts `"Bool": {"aws:SecureTransport": false}` and numbers as well as strings. */
function readScalar(value: unknown, where: string): string {
  if (typeof value === 'boolean' || typeof value === 'number') return String(value)
  return readString(value, where)
}

function readObject(value: unknown, where: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json
  throw new Error(`${where} must be a JSON object`)
}

function refuseUnknown(value: Json, known: ReadonlySet<string>, where: string): void {
  const unknown = Object.keys(value).find((name) => !known.has(name))
  if (unknown !== undefined) throw new Error(`${where}: unknown element "${unknown}"`)
}

export type Version = '2008-10-17' | '2012-10-17'

/** An identity policy in IAM's own JSON shape, with every list written as an array. */
export interface PolicyDocument {
  Version: Version
  Id?: string
  Statement: Statement[]
}

export interface Statement {
  Sid?: string
  Effect: 'Allow' | 'Deny'
  /** Exactly one of Action and NotAction is there, and one of Resource and NotResource. */
  Action?: string[]
  NotAction?: string[]
  Resource?: string[]
  NotResource?: string[]
  /** Operator, then context key, then values. */
  Condition?: Conditions
}

export type Conditions = Record<string, Record<string, string[]>>

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

/** Reads a parsed JSON policy; throws an Error that says what is wrong and where. */
export function readPolicy(value: unknown): PolicyDocument {
  const policy = objectAt(value, 'Policy')
  refuseUnknown(policy, new Set(['Version', 'Id', 'Statement']), 'Policy')
  const statements = Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement]
  if (statements.length === 0) throw new Error('Policy: Statement is empty')
  return {
    Version: readVersion(policy.Version),
    ...(policy.Id === undefined ? {} : { Id: textAt(policy.Id, 'Policy: Id') }),
    Statement: statements.map((each, index) => readStatement(each, `Statement ${index + 1}`)),
  }
}

/** IAM User Guide, "Version": a policy that names none is read as 2008-10-17. */
function readVersion(value: unknown): Version {
  if (value === undefined) return '2008-10-17'
  if (value === '2008-10-17' || value === '2012-10-17') return value
  throw new Error('Policy: Version must be "2012-10-17" or "2008-10-17"')
}

function readStatement(value: unknown, where: string): Statement {
  const raw = objectAt(value, where)
  if ('Principal' in raw || 'NotPrincipal' in raw) {
    throw new Error(`${where}: an identity policy has no Principal`)
  }
  refuseUnknown(raw, STATEMENT_ELEMENTS, where)
  return {
    ...(raw.Sid === undefined ? {} : { Sid: textAt(raw.Sid, `${where}: Sid`) }),
    Effect: readEffect(raw.Effect, where),
    ...oneOf(raw, 'Action', 'NotAction', where),
    ...oneOf(raw, 'Resource', 'NotResource', where),
    ...(raw.Condition === undefined ? {} : { Condition: readConditions(raw.Condition, where) }),
  }
}

function readEffect(value: unknown, where: string): 'Allow' | 'Deny' {
  if (value === 'Allow' || value === 'Deny') return value
  throw new Error(`${where}: Effect must be "Allow" or "Deny"`)
}

function oneOf<Name extends string>(raw: Json, plain: Name, negated: Name, where: string) {
  const given = [plain, negated].filter((name) => raw[name] !== undefined)
  const [name] = given
  if (name === undefined || given.length > 1) {
    throw new Error(`${where}: needs either ${plain} or ${negated}`)
  }
  return { [name]: listAt(raw[name], `${where}: ${name}`, textAt) } as Partial<
    Record<Name, string[]>
  >
}

function readConditions(value: unknown, where: string): Conditions {
  return mapObject(value, `${where}: Condition`, (keys, inOperator) =>
    mapObject(keys, inOperator, (values, inKey) => listAt(values, inKey, scalarAt)),
  )
}

function mapObject<T>(value: unknown, where: string, read: (value: unknown, where: string) => T) {
  const entries = Object.entries(objectAt(value, where))
  return Object.fromEntries(entries.map(([key, each]) => [key, read(each, `${where}: ${key}`)]))
}

function listAt(
  value: unknown,
  where: string,
  read: (value: unknown, where: string) => string,
): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value]
  if (list.length === 0) throw new Error(`${where} is empty`)
  return list.map((each) => read(each, where))
}

function textAt(value: unknown, where: string): string {
  if (typeof value === 'string') return value
  throw new Error(`${where} must be text`)
}

/** IAM takes `"Bool": {"aws:SecureTransport": false}` and bare numbers as well as their text. */
function scalarAt(value: unknown, where: string): string {
  if (typeof value === 'boolean' || typeof value === 'number') return String(value)
  return textAt(value, where)
}

function objectAt(value: unknown, where: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json
  throw new Error(`${where} must be a JSON object`)
}

function refuseUnknown(value: Json, known: ReadonlySet<string>, where: string): void {
  const unknown = Object.keys(value).find((name) => !known.has(name))
  if (unknown !== undefined) throw new Error(`${where}: unknown element "${unknown}"`)
}

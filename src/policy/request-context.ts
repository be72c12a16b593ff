/** What is known of the context keys of a request (IAM User Guide, "AWS global condition context keys"). */
import type { ContextValue } from './condition.ts'

/** A key whose value is not known. */
export interface Unknown {
  readonly mayBeAbsent: boolean
  /** The only values that it may have. */
  readonly values?: readonly string[]
  /** The least and the greatest number that it may have; of a date, in milliseconds. */
  readonly range?: readonly [least: number, greatest: number]
}

/** A value, undefined for a key that is absent for certain, or a value that is not known. */
export type Known = ContextValue | Unknown

/**
 * What is known of the keys. `aws:PrincipalTag/*` stands for all tags that are not listed. Of other
 * keys that are not listed nothing is known. The case of keys does not matter.
 */
export type OpenContext = Readonly<Record<string, Known>>

/** Whether the key is there is not known either. */
export const UNKNOWN: Unknown = { mayBeAbsent: true }
/** The key is there for certain. */
export const PRESENT: Unknown = { mayBeAbsent: false }
const TRUE_OR_FALSE: Unknown = { mayBeAbsent: false, values: ['true', 'false'] }

export function isUnknown(known: Known): known is Unknown {
  return typeof known === 'object' && 'mayBeAbsent' in known
}

/** With what a request is signed. */
export type Credentials =
  'bareKey' | 'sessionWithoutMfa' | 'mfaSession' | 'roleSession' | 'roleSessionWithMfa'

/** STS: sessions of GetSessionToken last at most 36 hours. */
const LONGEST_SESSION = 129_600_000

/** The keys that depend on the credentials, and the time. */
export function credentialContext(credentials: Credentials, now: Date): OpenContext {
  const time = now.getTime()
  const issued: Unknown = { mayBeAbsent: false, range: [time - LONGEST_SESSION, time] }
  const age: Unknown = { mayBeAbsent: false, range: [0, LONGEST_SESSION / 1000] }
  const [present, multiFactorAuthAge, tokenIssueTime] = (
    {
      bareKey: [undefined, undefined, undefined],
      sessionWithoutMfa: ['false', undefined, issued],
      mfaSession: ['true', age, issued],
      roleSession: [{ mayBeAbsent: true, values: ['false'] }, undefined, issued],
      roleSessionWithMfa: ['true', age, issued],
    } satisfies Record<Credentials, Known[]>
  )[credentials]
  return {
    'aws:MultiFactorAuthPresent': present,
    'aws:MultiFactorAuthAge': multiFactorAuthAge,
    'aws:TokenIssueTime': tokenIssueTime,
    'aws:CurrentTime': now.toISOString(),
    'aws:EpochTime': String(Math.floor(time / 1000)),
  }
}

/** A request that the user's own program sends over TLS; no service acts for the user. */
export const DIRECT_CALL: OpenContext = {
  'aws:SecureTransport': 'true',
  'aws:ViaAWSService': 'false',
  'aws:CalledVia': undefined,
  'aws:CalledViaFirst': undefined,
  'aws:CalledViaLast': undefined,
  'aws:SourceArn': undefined,
  'aws:SourceAccount': undefined,
}

export interface UserFacts {
  readonly name: string
  readonly arn: string
  readonly account: string
  /** All tags of the user; undefined if they are not known. */
  readonly tags?: Readonly<Record<string, string>> | undefined
}

/** The keys that depend on the user. */
export function userContext({ name, arn, account, tags }: UserFacts): OpenContext {
  return {
    'aws:username': name,
    'aws:userid': PRESENT,
    'aws:PrincipalArn': arn,
    'aws:PrincipalAccount': account,
    'aws:PrincipalType': 'User',
    'aws:PrincipalTag/*': tags === undefined ? UNKNOWN : undefined,
    ...tagKeys(tags),
    // Only roles and services have these.
    'aws:FederatedProvider': undefined,
    'aws:Ec2InstanceSourceVpc': undefined,
    'aws:Ec2InstanceSourcePrivateIPv4': undefined,
    'aws:PrincipalIsAWSService': 'false',
    'aws:PrincipalServiceName': undefined,
    'aws:PrincipalServiceNamesList': undefined,
    'aws:SourceIdentity': undefined,
  }
}

/** The keys of a user's tags. */
export function tagKeys(tags: UserFacts['tags'] = {}): Record<string, string> {
  const entries = Object.entries(tags).map(
    ([key, value]) => [`aws:PrincipalTag/${key}`, value] as const,
  )
  return Object.fromEntries(entries)
}

/** What is known of every request. */
const EVERY_REQUEST: OpenContext = {
  'aws:RequestedRegion': PRESENT,
  'aws:UserAgent': PRESENT,
  'aws:SecureTransport': TRUE_OR_FALSE,
  'aws:ViaAWSService': TRUE_OR_FALSE,
  'aws:PrincipalIsAWSService': TRUE_OR_FALSE,
  'aws:MultiFactorAuthPresent': { mayBeAbsent: true, values: ['true', 'false'] },
}

const readers = new WeakMap<OpenContext, (key: string) => Known>()

/** What is known of a key, by its name. */
export function contextReader(context: OpenContext): (key: string) => Known {
  const reader = readers.get(context) ?? createReader(context)
  readers.set(context, reader)
  return reader
}

function createReader(context: OpenContext): (key: string) => Known {
  const known = new Map(
    Object.entries({ ...EVERY_REQUEST, ...context }).map(
      ([key, value]) => [key.toLowerCase(), value] as const,
    ),
  )
  return (name) => {
    const key = name.toLowerCase()
    const tags = key.replace(/\/.*/s, '/*')
    return known.has(key) ? known.get(key) : known.has(tags) ? known.get(tags) : UNKNOWN
  }
}

const LISTS = [
  'aws:CalledVia',
  'aws:PrincipalOrgPaths',
  'aws:PrincipalServiceNamesList',
  'aws:ResourceOrgPaths',
  'aws:TagKeys',
].map((key) => key.toLowerCase())

/** Whether a key has several values; a service's own key if a set operator tests it. */
export function isMultivalued(key: string, hasSetOperator: boolean): boolean {
  const name = key.toLowerCase()
  return LISTS.includes(name) || (hasSetOperator && !name.startsWith('aws:'))
}

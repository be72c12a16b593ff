import type { AccountCalls } from './account-api.ts'
import type { AccessKeyCalls, DeviceCalls, PolicyCalls } from './iam-api.ts'

export interface AwsKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export const SERVICES = [
  'sts',
  'iam',
  's3',
  'signin',
  'cloudformation',
  'ec2',
  'rds',
  'sns',
] as const

export type Service = (typeof SERVICES)[number]

/** By the action that a policy names. */
export type ReadOnlyAction =
  'cloudformation:ListStacks' | 'ec2:DescribeRegions' | 'rds:DescribeDBInstances' | 'sns:ListTopics'

/** A value and the setting it came from. */
export interface Sourced {
  readonly value: string
  readonly from: string
}

/** What the AWS files say for a profile. */
export interface ProfileSettings {
  setting(key: string): string | undefined
  /** The same, with file and line. */
  sourced(key: string): Sourced | undefined
  /** `endpoint_url` of a service in the `[services NAME]` section that the profile names. */
  serviceEndpoint(service: string): Sourced | undefined
}

/** Where calls go and how; `callSettings` reads them from environment and AWS files. */
export interface CallSettings {
  readonly region: string
  readonly regionFrom?: string
  /** Endpoints that a person has set; AWS's own for the others. */
  readonly endpoints?: Readonly<Partial<Record<Service, Sourced | undefined>>>
  readonly useFips?: boolean
  readonly useDualstack?: boolean
  /** A PEM file of certificate authorities to trust instead of the built-in ones. */
  readonly caBundle?: Sourced | undefined
  /** A person's own addition to the User-Agent header. */
  readonly appId?: string | undefined
}

export interface AwsSettings extends CallSettings {
  readonly keys: AwsKeys
  /** Where all calls go, without a proxy, whatever the other settings say. */
  readonly endpoint?: string
}

export interface Session extends Required<AwsKeys> {
  /** RFC 3339, UTC, whole seconds, with `Z`. */
  readonly expiration: string
}

export interface SessionRequest {
  /** The device of the code; a session without a code carries no MFA. */
  readonly serialNumber?: string
  readonly tokenCode?: string
  readonly durationSeconds: number
}

export interface RoleRequest extends SessionRequest {
  readonly roleArn: string
  readonly sessionName: string
  readonly externalId?: string | undefined
  readonly tags?: readonly Tag[] | undefined
  /** Keys of tags that the sessions of further roles have too. */
  readonly transitiveTags?: readonly string[] | undefined
  readonly sourceIdentity?: string | undefined
}

export interface Tag {
  readonly key: string
  readonly value: string
}

export interface SigninToken {
  /** The sign-in service that issued it. */
  readonly endpoint: string
  readonly token: string
}

/** Calls to AWS. Each sends one request (lists: one per page), and again only for a wrong clock; throws AwsError. */
export interface Aws extends AccessKeyCalls, AccountCalls, DeviceCalls, PolicyCalls {
  /**
   * Loads and warms up all that the next call to STS needs and opens a connection for it, so that the call
   * costs one round trip. Returns a function that closes the connection if no call has used it.
   */
  prepare(): Promise<() => void>
  getSessionToken(request: SessionRequest): Promise<Session>
  assumeRole(request: RoleRequest): Promise<Session>
  /** Exchanges a role's session for a token that the console's sign-in service at this host accepts. */
  getSigninToken(signInHost: string): Promise<SigninToken>
  getCallerIdentity(): Promise<{ arn: string; account: string }>
  /** Bucket names: the call that shows whether the account grants everyday access. */
  listBuckets(): Promise<string[]>
  /** The same for other services. */
  makeReadOnlyCall(action: ReadOnlyAction): Promise<void>
  /**
   * Milliseconds that AWS's clock is ahead of this machine's, by the Date header of the last response, also
   * of a refusal; undefined before the first.
   */
  clockOffset(): number | undefined
}

/** Why a call failed, as AWS or the network reported it. */
export class AwsError extends Error {
  override readonly name = 'AwsError'
  /** AWS's error code, or the system's (`ECONNREFUSED`), or `NotAws` for a response that is not from AWS. */
  readonly code: string
  /** HTTP status; undefined without a response. */
  readonly status: number | undefined

  constructor(code: string, message: string, status?: number, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.status = status
  }
}

/** Why a request was not sent: no byte of it can have left, so AWS has not seen the token code in it. */
export class RequestNotSent extends AwsError {
  /** The region whose host could not be reached, where the SDK does not know it. */
  unknownRegion?: UnknownRegion
}

export interface UnknownRegion extends Sourced {
  /** The region that is most likely meant. */
  readonly meant: string | undefined
}

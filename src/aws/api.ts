import type { AccessKeyCalls, DeviceCalls, PolicyCalls } from './iam-api.ts'

export interface AwsKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface AwsSettings {
  readonly keys: AwsKeys
  readonly region: string
  /** The config profile whose endpoint, FIPS and similar settings apply. */
  readonly profile: string
  /** Where STS is, if environment and config say nothing that only the SDK understands. */
  readonly stsEndpoint?: string | undefined
  /** A PEM file of certificate authorities to trust instead of the built-in ones. */
  readonly caBundle?: string
  /** Where all calls go, directly, whatever environment and config say. */
  readonly endpoint?: string
}

export interface Session extends Required<AwsKeys> {
  /** RFC 3339, UTC, whole seconds, with `Z`. */
  readonly expiration: string
}

export interface SessionRequest {
  /** With a code of that device; without one the session carries no MFA. */
  readonly serialNumber?: string
  readonly tokenCode?: string
  readonly durationSeconds: number
}

export interface RoleRequest {
  readonly roleArn: string
  readonly sessionName: string
  readonly externalId?: string | undefined
  readonly durationSeconds: number
}

export interface SigninToken {
  /** The sign-in service that gave it. */
  readonly endpoint: string
  readonly token: string
  /** Of the console it signs in to. */
  readonly consoleHost: string
}

/** Calls to AWS. Every call is one request, never re-sent; failures are `AwsError`. */
export interface Aws extends AccessKeyCalls, DeviceCalls, PolicyCalls {
  /**
   * Opens a connection to STS for the next call, so that it costs one round trip; what is returned gives
   * it up.
   */
  prepare(): Promise<() => void>
  getSessionToken(request: SessionRequest): Promise<Session>
  assumeRole(request: RoleRequest): Promise<Session>
  /** A role's session for the console's sign-in. */
  getSigninToken(): Promise<SigninToken>
  getCallerIdentity(): Promise<{ arn: string; account: string }>
  /** The everyday call that shows whether the account lets one in. */
  listBuckets(): Promise<string[]>
  /**
   * Milliseconds AWS's clock is ahead of ours, by the Date of the last answer, which may have been
   * a refusal; undefined before there was one.
   */
  clockOffset(): number | undefined
}

/** What went wrong with a call, as AWS or the network said it. */
export class AwsError extends Error {
  override readonly name = 'AwsError'
  /** AWS's error code, or the system's (`ECONNREFUSED`), or `NotAws` for an answer that is not AWS's. */
  readonly code: string
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined

  constructor(code: string, message: string, status?: number) {
    super(message)
    this.code = code
    this.status = status
  }
}

/** The calls to IAM that read a whole account. Each sends one request and throws AwsError. */
import type { PolicyText } from './iam-api.ts'

/** Names and texts are as AWS sent them: sanitize them before they are printed. */
interface IdentityDetail {
  readonly name: string
  readonly arn: string
  readonly path: string
  /** Milliseconds since the epoch; whole seconds. */
  readonly createdAt: number
  readonly inline: readonly PolicyText[]
  /** ARNs of managed policies. */
  readonly attached: readonly string[]
}

export interface UserDetail extends IdentityDetail {
  /** Names. */
  readonly groups: readonly string[]
  /** ARN of the managed policy that is the permissions boundary. */
  readonly boundary: string | undefined
  readonly tags: Readonly<Record<string, string>>
}

export type GroupDetail = IdentityDetail

export interface RoleDetail extends IdentityDetail {
  /** JSON. */
  readonly trustPolicy: string
  /** Milliseconds since the epoch; undefined for a role that was not used in AWS's tracking period. */
  readonly lastUsed: number | undefined
}

/** A managed policy with the text of its default version. */
export interface PolicyDetail extends PolicyText {
  readonly arn: string
  /** How many users, groups and roles it is attached to. */
  readonly attachments: number
}

export interface AuthorizationDetails {
  /** Without the root user. */
  readonly users: readonly UserDetail[]
  readonly groups: readonly GroupDetail[]
  readonly roles: readonly RoleDetail[]
  /** Those of the account, and those of AWS that are in use. */
  readonly policies: readonly PolicyDetail[]
}

export interface AuthorizationPage extends AuthorizationDetails {
  /** Where the next page starts; undefined on the last page. */
  readonly next: string | undefined
}

/** A user's row of the credential report. */
export interface CredentialRow {
  /** `<root_account>` for the root user. */
  readonly user: string
  readonly arn: string
  /** Whether there is any MFA device, of whatever kind. */
  readonly hasMfa: boolean
  /** Undefined for the root user, of which AWS does not tell. */
  readonly hasPassword: boolean | undefined
  /** Milliseconds since the epoch, as all times; null if it was never used, or before AWS kept track. */
  readonly passwordLastUsed: number | null
  readonly passwordChangedAt: number | null
  /** Only the keys that exist. */
  readonly keys: readonly {
    readonly isActive: boolean
    /** When it was created, or last changed. */
    readonly changedAt: number
    readonly lastUsed: number | null
    /** As in `s3`. */
    readonly lastService: string | null
  }[]
}

export interface LoginProfile {
  readonly createdAt: number
  /** Whether the user has to set a new password at the next sign-in. */
  readonly mustReset: boolean
}

/** To read all pages, or wait for the report, see whole-account.ts. */
export interface AccountCalls {
  /** The first page, or the one that starts at `next` of the page before. */
  authorizationDetails(next?: string): Promise<AuthorizationPage>
  /** Asks for a report, unless there is one from the last four hours. */
  generateCredentialReport(): Promise<void>
  /** Fails with `CredentialReportNotReady`, `…NotPresent` or `…Expired` where there is none yet. */
  credentialReport(): Promise<CredentialRow[]>
  /** A user's console password; undefined if the user has none, or no longer exists. */
  loginProfile(userName: string): Promise<LoginProfile | undefined>
}

/** What tests in JavaScript see of a local AWS; these types are in the package, so they import no other ones. */

export interface DeviceName {
  /** Default: the first user who has a device. */
  readonly user?: string | undefined
  /** Default: the first device of the user. It may be one that no user has yet. */
  readonly serialNumber?: string | undefined
}

/** Also the line that `local-aws --json` prints. With secrets, as they are made up and open nothing else. */
export interface RunningAccount {
  /** The URL of all services. */
  readonly endpoint: string
  /** The URL that answers with a token code. */
  readonly codes: string
  /** The account ID. */
  readonly account: string
  readonly region: string
  /** What makes AWS tools call it as the first user. */
  readonly env: Readonly<Record<string, string>>
  readonly users: readonly RunningUser[]
}

export interface RunningUser {
  readonly name: string
  readonly arn: string
  readonly groups: readonly string[]
  /** Each is what the AWS SDK takes for `credentials`. */
  readonly keys: readonly {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly status: 'Active' | 'Inactive'
  }[]
  /** Those that are enrolled. */
  readonly devices: readonly {
    readonly serialNumber: string
    /** Base32. */
    readonly seed: string
  }[]
}

/** A request as tests see it. */
export interface RecordedRequest {
  /** By the server's clock (ms since the epoch). */
  readonly at: number
  /** From the credential scope of the signature; `unsigned` without one. */
  readonly service: string
  /** The operation, such as `GetUser`. */
  readonly action: string
  readonly accessKeyId: string | undefined
  /** Without token codes, passwords and sessions. */
  readonly params: Readonly<Record<string, string | undefined>>
  /** `OK`, an error code, or the fault that broke the connection. */
  readonly outcome: string
}

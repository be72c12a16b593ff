/** Proves that MFA makes the difference, by calls that a policy decides about. */
import { AwsError, type Aws } from '../aws/api.ts'

/** A call and how it went; the field names are those of the JSON output. */
export interface Proof {
  /** The action a policy names. */
  readonly call: string
  readonly credentials: 'bare key' | 'session without MFA' | 'MFA session'
  readonly expected: Outcome
  readonly seen: Outcome
  /** The reason for a refusal, or AWS's error code if it gives no reason. */
  readonly why: string | undefined
}

export type Outcome = 'allowed' | 'refused'

/** Everyday calls that change nothing, by the action that a policy names. */
export const PROBES = {
  's3:ListAllMyBuckets': async (aws) => aws.listBuckets(),
  'iam:GetUser': async (aws) => aws.getUser(),
} as const satisfies Readonly<Record<string, (aws: Aws) => Promise<unknown>>>

export const LIST_DEVICES = 'iam:ListMFADevices'

/** Makes a call and compares the outcome. Throws an AwsError that is not a policy's refusal. */
export async function prove(
  expectation: Omit<Proof, 'seen' | 'why'>,
  call: () => Promise<unknown>,
): Promise<Proof> {
  try {
    await call()
    return { ...expectation, seen: 'allowed', why: undefined }
  } catch (error) {
    // IAM refuses a session without MFA with InvalidClientTokenId (AWS STS API reference, GetSessionToken).
    const isRefusal =
      error instanceof AwsError && /^(AccessDenied|InvalidClientTokenId)/.test(error.code)
    if (!isRefusal) throw error
    return { ...expectation, seen: 'refused', why: reasonOf(error) }
  }
}

function reasonOf({ code, message }: AwsError): string {
  if (/explicit deny/i.test(message)) return 'an explicit deny'
  if (/no identity-based policy allows/i.test(message)) return 'no policy allows it'
  return code
}

export function isAsExpected({ expected, seen }: Proof): boolean {
  return expected === seen
}

/** The command for proofs that failed; undefined if all outcomes are as expected. */
export function remedyFor(proofs: readonly Proof[], profile: string): string | undefined {
  const [failed, ...others] = proofs.filter((proof) => !isAsExpected(proof))
  if (failed === undefined) return undefined
  const isOnlyMfa = others.length === 0 && failed.credentials === 'MFA session'
  if (isOnlyMfa && failed.why === 'no policy allows it') {
    const otherProbe = Object.keys(PROBES).find((name) => name !== failed.call) ?? failed.call
    return `mfa-login policy verify --profile ${profile} --probe ${otherProbe}`
  }
  return `mfa-login policy check --live --profile ${profile}`
}

/** Whether MFA makes the difference, shown by calls that a policy decides about. */
import { AwsError, type Aws } from '../aws/api.ts'

export interface Proof {
  readonly call: string
  readonly credentials: 'bare key' | 'session without MFA' | 'MFA session'
  readonly expected: Outcome
  readonly seen: Outcome
  /** AWS's reason for a refusal, as far as it gives one. */
  readonly why: string | undefined
}

export type Outcome = 'allowed' | 'refused'

/** Everyday calls that change nothing, by the action a policy names. */
export const PROBES = {
  's3:ListAllMyBuckets': async (aws) => aws.listBuckets(),
  'iam:GetUser': async (aws) => aws.getUser(),
} as const satisfies Readonly<Record<string, (aws: Aws) => Promise<unknown>>>

export const LIST_DEVICES = 'iam:ListMFADevices'

/** Makes a call and notes how it went. Throws an AwsError that is no refusal by a policy. */
export async function prove(
  question: Omit<Proof, 'seen' | 'why'>,
  call: () => Promise<unknown>,
): Promise<Proof> {
  try {
    await call()
    return { ...question, seen: 'allowed', why: undefined }
  } catch (error) {
    if (!(error instanceof AwsError) || !isRefusal(error)) throw error
    return { ...question, seen: 'refused', why: reasonOf(error) }
  }
}

/** IAM says InvalidClientTokenId to a session without MFA (STS API reference, GetSessionToken). */
function isRefusal({ code }: AwsError): boolean {
  return /^(AccessDenied|InvalidClientTokenId)/.test(code)
}

function reasonOf({ code, message }: AwsError): string {
  if (/explicit deny/i.test(message)) return 'an explicit deny'
  if (/no identity-based policy allows/i.test(message)) return 'no policy allows it'
  return code
}

export function isAsExpected({ expected, seen }: Proof): boolean {
  return expected === seen
}

/** What to do about proofs that came out otherwise; undefined where all is as expected. */
export function remedyFor(proofs: readonly Proof[], profile: string): string | undefined {
  const wrong = proofs.filter((proof) => !isAsExpected(proof))
  const [first, ...more] = wrong
  if (first === undefined) return undefined
  const isOnlyMfa = more.length === 0 && first.credentials === 'MFA session'
  if (isOnlyMfa && first.why === 'no policy allows it') {
    const other = Object.keys(PROBES).find((name) => name !== first.call) ?? first.call
    return `mfa-login policy verify --profile ${profile} --probe ${other}`
  }
  return `mfa-login policy check --live --profile ${profile}`
}

/** Proves that MFA makes the difference, by calls that a policy decides about. */
import { AwsError, type Aws } from '../aws/api.ts'

/** A call and how it went; the field names are those of the JSON output. */
export interface Proof {
  /** The action a policy names. */
  readonly call: string
  readonly credentials: 'bare key' | 'session without MFA' | 'MFA session'
  readonly expected: Outcome
  readonly seen: Outcome | 'no answer'
  /** The reason for a refusal, or AWS's error code if it gives no reason. */
  readonly why: string | undefined
}

export type Outcome = 'allowed' | 'refused'

/** Everyday calls that change nothing, by the action that a policy names. */
export const PROBES = {
  's3:ListAllMyBuckets': async (aws) => aws.listBuckets(),
  'ec2:DescribeRegions': async (aws) => aws.makeReadOnlyCall('ec2:DescribeRegions'),
  'rds:DescribeDBInstances': async (aws) => aws.makeReadOnlyCall('rds:DescribeDBInstances'),
  'sns:ListTopics': async (aws) => aws.makeReadOnlyCall('sns:ListTopics'),
  'cloudformation:ListStacks': async (aws) => aws.makeReadOnlyCall('cloudformation:ListStacks'),
  'iam:ListRoles': async (aws) => aws.listRoles(),
  'iam:GetUser': async (aws) => aws.getUser(),
} as const satisfies Readonly<Record<string, (aws: Aws) => Promise<unknown>>>

export type ProbeName = keyof typeof PROBES
export const PROBE_NAMES = Object.keys(PROBES) as ProbeName[]

/** Without the call that the classic policy exempts. */
export const USUAL_PROBES = PROBE_NAMES.filter((name) => name !== 'iam:GetUser')

export const LIST_DEVICES = 'iam:ListMFADevices'

const EXPLICIT_DENY = 'an explicit deny'
const NOT_ALLOWED = 'no policy allows it'
const REFUSALS = /^(AccessDenied|UnauthorizedOperation|AuthorizationError|InvalidClientTokenId)/

/** Makes a call and compares the outcome. Throws an AwsError that is not a policy's refusal. */
export async function prove(
  expectation: Omit<Proof, 'seen' | 'why'>,
  call: () => Promise<unknown>,
): Promise<Proof> {
  try {
    await call()
    return { ...expectation, seen: 'allowed', why: undefined }
  } catch (error) {
    if (!(error instanceof AwsError && REFUSALS.test(error.code))) throw error
    return { ...expectation, seen: 'refused', why: reasonOf(error) }
  }
}

function reasonOf({ code, message }: AwsError): string {
  // IAM refuses a session without MFA (AWS STS API reference, GetSessionToken).
  if (code === 'InvalidClientTokenId') return 'by IAM itself, not by a policy'
  if (/explicit deny/i.test(message)) return EXPLICIT_DENY
  if (/no identity-based policy allows/i.test(message)) return NOT_ALLOWED
  return code
}

/** `no proof` for an outcome that has other reasons than the policy that requires MFA. */
export type Verdict = 'ok' | 'NOT OK' | 'no proof'

export function verdictOf({ call, expected, seen, why }: Proof): Verdict {
  if (seen === 'no answer') return 'no proof'
  if (expected === 'refused') {
    if (seen === 'allowed') return 'NOT OK'
    return why === EXPLICIT_DENY ? 'ok' : 'no proof'
  }
  if (seen === 'allowed') return 'ok'
  return call === LIST_DEVICES ? 'NOT OK' : 'no proof'
}

export interface Conclusion {
  /** The calls that are refused without MFA by an explicit deny, and allowed with it. */
  readonly proved: readonly string[]
  /** The calls that show nothing, and why. */
  readonly notProved: readonly { readonly call: string; readonly why: string }[]
  readonly isProven: boolean
  /** The command where it is not proven. */
  readonly remedy: string | undefined
}

export function conclude(
  proofs: readonly Proof[],
  { profile, isChosen }: { readonly profile: string; readonly isChosen: boolean },
): Conclusion {
  const calls = [...new Set(proofs.map(({ call }) => call))].filter((name) => name !== LIST_DEVICES)
  const of = (name: string): Proof[] => proofs.filter(({ call }) => call === name)
  const proved = calls.filter((name) => of(name).every((each) => verdictOf(each) === 'ok'))
  const isOpen = proofs.some((proof) => verdictOf(proof) === 'NOT OK')
  const notProved = calls
    .filter((name) => !proved.includes(name))
    .map((call) => ({ call, why: describeReason(of(call)) }))
  const isProven = !isOpen && proved.length > 0
  const other = isOpen || !isChosen ? 'policy check --live' : 'policy verify'
  return {
    proved,
    notProved,
    isProven,
    remedy: isProven ? undefined : `mfa-login ${other} --profile ${profile}`,
  }
}

/** The worst of a call's outcomes. */
function describeReason(proofs: readonly Proof[]): string {
  const proof =
    proofs.find((each) => verdictOf(each) === 'NOT OK') ??
    proofs.find((each) => verdictOf(each) === 'no proof')
  if (proof === undefined) return ''
  const { credentials, seen, why } = proof
  return `${credentials}: ${seen}${why === undefined ? '' : `, ${why}`}`
}

import type { PolicyDocument } from './document.ts'
import { evaluate } from './evaluate.ts'

export interface Verdict {
  readonly decision: 'allowed' | 'denied' | 'not allowed'
  /** The statement that decided, by Sid; null where none did. */
  readonly by: string | null
}

export interface Row {
  readonly action: string
  readonly withoutMfa: Verdict
  readonly withMfa: Verdict
}

const IAM = 'arn:aws:iam::123456789012'

const REPRESENTATIVE: readonly (readonly [action: string, resource: string])[] = [
  ['iam:ListMFADevices', `${IAM}:user/alice`],
  ['iam:CreateVirtualMFADevice', `${IAM}:mfa/alice`],
  ['iam:EnableMFADevice', `${IAM}:user/alice`],
  ['iam:ResyncMFADevice', `${IAM}:user/alice`],
  ['iam:DeactivateMFADevice', `${IAM}:user/alice`],
  ['iam:DeleteVirtualMFADevice', `${IAM}:mfa/alice`],
  ['iam:ChangePassword', `${IAM}:user/alice`],
  ['iam:CreateAccessKey', `${IAM}:user/alice`],
  ['iam:ListUsers', `${IAM}:user/`],
  ['sts:AssumeRole', `${IAM}:role/work`],
  ['s3:ListAllMyBuckets', '*'],
  ['ec2:DescribeInstances', '*'],
]

/** What policies alone decide about everyday actions of the user alice, with and without MFA. */
export function matrixOf(policy: PolicyDocument): Row[] {
  return REPRESENTATIVE.map(([action, resource]) => ({
    action,
    // Long-term keys lack the MFA key altogether.
    withoutMfa: verdict(policy, action, resource, {}),
    withMfa: verdict(policy, action, resource, { 'aws:MultiFactorAuthPresent': 'true' }),
  }))
}

function verdict(
  document: PolicyDocument,
  action: string,
  resource: string,
  session: Record<string, string>,
): Verdict {
  const context = { 'aws:username': 'alice', 'aws:ViaAWSService': 'false', ...session }
  const { decision, statement } = evaluate([{ name: '', document }], { action, resource, context })
  const by = statement?.sid ?? null
  if (decision === 'allowed') return { decision, by }
  return { decision: decision === 'explicitDeny' ? 'denied' : 'not allowed', by }
}

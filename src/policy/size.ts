/** IAM User Guide, "IAM and AWS STS quotas", and AWS Organizations User Guide, "Quotas": characters. */
export const MAX_POLICY_SIZES = {
  managed: 6144,
  user: 2048,
  group: 5120,
  role: 10_240,
  scp: 5120,
} as const

/** What a policy is in AWS: a managed policy, an inline policy of a user, group or role, or a service control policy. */
export type PolicyType = keyof typeof MAX_POLICY_SIZES

/** Whitespace does not count. */
export function policySize(text: string): number {
  return text.replace(/\s/g, '').length
}

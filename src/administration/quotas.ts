import type { Administrator } from './administrator.ts'
import { ifReadable } from './if-readable.ts'

/** IAM User Guide, "IAM and AWS STS quotas", and the number of policies, by the names of GetAccountSummary. */
const USUAL = {
  AttachedPoliciesPerGroupQuota: 10,
  AttachedPoliciesPerUserQuota: 10,
  Policies: 0,
  PoliciesQuota: 1500,
  PolicySizeQuota: 6144,
  VersionsPerPolicyQuota: 5,
}

export type Quotas = Readonly<typeof USUAL>

/** Those of the account, which AWS may have raised; the usual ones where they may not be read. */
export async function readQuotas(admin: Administrator): Promise<Quotas> {
  const reason = 'the usual quotas are assumed, as those of the account are hidden'
  const summary = await ifReadable(admin, reason, async () => admin.aws.accountSummary())
  return { ...USUAL, ...Object.fromEntries(summary ?? []) }
}

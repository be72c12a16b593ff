import { AwsError } from '../aws/api.ts'
import type { Administrator } from './administrator.ts'

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
export async function readQuotas({ aws, debug }: Administrator): Promise<Quotas> {
  try {
    return { ...USUAL, ...Object.fromEntries(await aws.accountSummary()) }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    debug.log(`the usual quotas are assumed, as those of the account are hidden (${error.code})`)
    return USUAL
  }
}

import type { PolicyName } from '../aws/iam-api.ts'
import { iamArn } from '../policy/subject.ts'
import type { Administrator } from './administrator.ts'
import { ifReadable } from './if-readable.ts'
import type { ExistingPolicy } from './plan.ts'

/**
 * The policy of the account with this name, under whatever path. Names are unique in an account regardless of case
 * and path (IAM User Guide, "IAM identifiers"), those of AWS's own policies aside.
 */
export async function findPolicy(
  admin: Administrator,
  attached: readonly PolicyName[],
  name: string,
): Promise<ExistingPolicy | undefined> {
  const { aws, account } = admin
  const isSame = (each: PolicyName): boolean =>
    each.name.toLowerCase() === name.toLowerCase() && each.arn.split(':')[4] === account
  const arn = attached.find(isSame)?.arn ?? iamArn(admin, `policy/${name}`)
  const found = await readExistingPolicy(admin, arn)
  if (found !== undefined) return found
  return ifReadable(admin, 'policies under other paths cannot be listed', async () => {
    const other = (await aws.customerPolicies()).find(isSame)
    return other && (await readExistingPolicy(admin, other.arn))
  })
}

async function readExistingPolicy(
  { aws }: Administrator,
  arn: string,
): Promise<ExistingPolicy | undefined> {
  const policy = await aws.managedPolicy(arn)
  if (policy === undefined) return undefined
  const [text, versions] = await Promise.all([
    aws.policyText(arn, policy.defaultVersion),
    aws.policyVersions(arn),
  ])
  return { ...policy, text, versions }
}

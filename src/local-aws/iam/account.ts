/** What IAM says of the account as a whole. */
import { isAwsManaged } from '../account/arns.ts'
import type { Operations } from '../protocol/service.ts'

export const accountOperations: Operations = {
  /** Entities and quotas by AWS's names for them. */
  GetAccountSummary: {
    resource: () => '*',
    run({ state: { account } }) {
      const { users, groups, roles, managedPolicies, unassignedDevices, quotas } = account
      const root = users.find(({ isRoot }) => isRoot)
      const inUse = users.reduce((sum, { devices }) => sum + devices.length, 0)
      const counts = {
        Users: users.filter(({ isRoot }) => !isRoot).length,
        Groups: groups.length,
        Roles: roles.length,
        Policies: managedPolicies.filter(({ arn }) => !isAwsManaged(arn)).length,
        MFADevices: inUse + unassignedDevices.length,
        MFADevicesInUse: inUse,
        // 1 or 0, for the root user (IAM API reference, GetAccountSummary).
        AccountMFAEnabled: Number(root !== undefined && root.devices.length > 0),
        AccountAccessKeysPresent: Number(root !== undefined && root.keys.length > 0),
      }
      return { SummaryMap: new Map(Object.entries({ ...counts, ...quotas })) }
    },
  },
}

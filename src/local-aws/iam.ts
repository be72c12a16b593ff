import { attachmentOperations } from './iam-attachments.ts'
import { deviceOperations } from './iam-devices.ts'
import { groupOperations } from './iam-groups.ts'
import { inlinePolicyOperations } from './iam-inline-policies.ts'
import { keyOperations } from './iam-keys.ts'
import { policyOperations } from './iam-policies.ts'
import { policyVersionOperations } from './iam-policy-versions.ts'
import { simulationOperations } from './iam-simulate.ts'
import { userOperations } from './iam-users.ts'
import { queryProtocol } from './query-protocol.ts'
import { invalidToken } from './refusal.ts'
import type { Service } from './service.ts'

export const iam: Service = {
  ...queryProtocol('https://iam.amazonaws.com/doc/2010-05-08/', '2010-05-08'),
  operations: {
    ...attachmentOperations,
    ...deviceOperations,
    ...groupOperations,
    ...inlinePolicyOperations,
    ...keyOperations,
    ...policyOperations,
    ...policyVersionOperations,
    ...simulationOperations,
    ...userOperations,
  },
  /** STS API reference, GetSessionToken: its sessions cannot call IAM unless they carry MFA. */
  admit({ holder, session }) {
    if (holder.kind === 'user' && session && session.mfaAt === undefined) throw invalidToken()
  },
}

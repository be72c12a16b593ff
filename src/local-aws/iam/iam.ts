import { attachmentOperations } from './attachments.ts'
import { deviceOperations } from './devices.ts'
import { groupOperations } from './groups.ts'
import { inlinePolicyOperations } from './inline-policies.ts'
import { keyOperations } from './access-keys.ts'
import { policyOperations } from './managed-policies.ts'
import { policyVersionOperations } from './policy-versions.ts'
import { simulationOperations } from './simulation.ts'
import { userOperations } from './users.ts'
import { queryProtocol } from '../protocol/query-protocol.ts'
import { invalidToken } from '../protocol/service-error.ts'
import type { Service } from '../protocol/service.ts'

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

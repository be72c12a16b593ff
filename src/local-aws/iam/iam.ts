import { queryProtocol } from '../protocol/query-protocol.ts'
import { invalidToken } from '../protocol/service-error.ts'
import type { Service } from '../protocol/service.ts'
import { accessKeyOperations } from './access-keys.ts'
import { accountOperations } from './account.ts'
import { attachmentOperations } from './attachments.ts'
import { authorizationDetailOperations } from './authorization-details.ts'
import { boundaryOperations } from './boundaries.ts'
import { credentialReportOperations } from './credential-report.ts'
import { deviceOperations } from './devices.ts'
import { groupOperations } from './groups.ts'
import { inlinePolicyOperations } from './inline-policies.ts'
import { managedPolicyOperations } from './managed-policies.ts'
import { passwordOperations } from './passwords.ts'
import { policyVersionOperations } from './policy-versions.ts'
import { roleOperations } from './roles.ts'
import { simulationOperations } from './simulation.ts'
import { tagOperations } from './tags.ts'
import { userOperations } from './users.ts'

export const iam: Service = {
  ...queryProtocol('iam', '2010-05-08'),
  operations: {
    ...accessKeyOperations,
    ...accountOperations,
    ...attachmentOperations,
    ...authorizationDetailOperations,
    ...boundaryOperations,
    ...credentialReportOperations,
    ...deviceOperations,
    ...groupOperations,
    ...inlinePolicyOperations,
    ...managedPolicyOperations,
    ...passwordOperations,
    ...policyVersionOperations,
    ...roleOperations,
    ...simulationOperations,
    ...tagOperations,
    ...userOperations,
  },
  /** STS API reference, GetSessionToken: its sessions cannot call IAM without MFA. */
  checkCaller({ principal, session }) {
    if (principal.kind === 'user' && session && session.mfaAt === undefined) throw invalidToken()
  },
}

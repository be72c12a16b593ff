/** Whether a service control policy stops roles, which it applies to as well. */
import type { PolicyProblem } from '../findings.ts'
import { everydayRequests, testsMfa } from '../mfa-deny.ts'
import { predict } from '../predict.ts'
import { credentialContext, DIRECT_CALL } from '../request-context.ts'
import { iamArn } from '../subject.ts'
import type { CheckedPolicies } from './checked-policies.ts'

/** Sessions of roles and of services carry no MFA keys (IAM User Guide, "AWS global condition context keys"). */
export function checkRoleSessions({ denies, subject }: CheckedPolicies): PolicyProblem[] {
  const context = {
    ...credentialContext('roleSession', subject.now),
    ...DIRECT_CALL,
    'aws:PrincipalArn': iamArn(subject, 'role/work'),
    'aws:PrincipalType': 'AssumedRole',
    'aws:username': undefined,
  }
  return denies
    .filter(testsMfa)
    .filter((at) =>
      everydayRequests(subject).some(
        ([action, resource]) =>
          predict([at], { action, resource, context }).decision !== 'implicitDeny',
      ),
    )
    .map((at) => ({ code: 'stops-roles', at, partition: subject.partition }))
}

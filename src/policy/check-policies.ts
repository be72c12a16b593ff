import {
  checkDangerousExemptions,
  checkNeedlessExemptions,
  checkOpenActions,
} from './checks/exemptions.ts'
import type { CheckedPolicies, PolicyCheck } from './checks/checked-policies.ts'
import { checkMfaDeny, checkMfaDenyConditions } from './checks/mfa-deny.ts'
import {
  checkAllowedEnrollment,
  checkBlockedEnrollment,
  checkDeviceNames,
  checkOwnUser,
} from './checks/self-service.ts'
import type { NamedPolicy } from './evaluate.ts'
import { describeProblem, SEVERITIES, type PolicyFinding, type PolicyProblem } from './findings.ts'
import { everydayRequests, isMfaDeny, locateStatements, openRequests } from './mfa-deny.ts'
import type { Subject } from './subject.ts'

const CHECKS: readonly PolicyCheck[] = [
  checkMfaDeny,
  checkBlockedEnrollment,
  checkDangerousExemptions,
  checkOpenActions,
  checkNeedlessExemptions,
  checkMfaDenyConditions,
  checkAllowedEnrollment,
  checkOwnUser,
  checkDeviceNames,
  checkVersions,
]

/**
 * What is wrong with policies that should make MFA mandatory, the most severe first. `isComplete`
 * says that the subject has no other policies, so that only what these allow is allowed.
 */
export function checkPolicies(
  policies: readonly NamedPolicy[],
  subject: Subject,
  isComplete: boolean,
): PolicyFinding[] {
  const statements = locateStatements(policies)
  const denies = statements.filter(({ statement }) => statement.Effect === 'Deny')
  const everyday = everydayRequests(subject).length
  const checked: CheckedPolicies = {
    policies,
    subject,
    allows: statements.filter(({ statement }) => statement.Effect === 'Allow'),
    denies,
    mfaDenies: statements.filter(isMfaDeny),
    deniedKinds: (['bareKey', 'sessionWithoutMfa'] as const).filter(
      (kind) => openRequests(denies, subject, kind).length < everyday,
    ),
    isComplete,
  }
  return CHECKS.flatMap((check) => check(checked))
    .map(describeProblem)
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
}

/** IAM User Guide, "Version": 2008-10-17 has no policy variables. */
function checkVersions({ policies }: CheckedPolicies): PolicyProblem[] {
  return policies
    .filter(({ document }) => document.Version === '2008-10-17')
    .filter(({ document }) => /\$\{\s*aws:/.test(JSON.stringify(document)))
    .map(({ name }) => ({ code: 'old-version', policy: name }))
}

import { checkAllowedEnrollment, checkBlockedEnrollment } from './checks/enrollment.ts'
import {
  checkDangerousExemptions,
  checkNeedlessExemptions,
  checkOpenActions,
} from './checks/exemptions.ts'
import type { CheckedPolicies, PolicyCheck } from './checks/checked-policies.ts'
import { checkMfaDeny, checkMfaDenyConditions } from './checks/mfa-deny.ts'
import { checkDeviceNames, checkOwnUser } from './checks/self-service.ts'
import type { NamedPolicy } from './evaluate.ts'
import { SEVERITIES, type PolicyFinding, type PolicyProblem } from './findings.ts'
import { describeProblem } from './findings.ts'
import { isMfaDeny, locateStatements } from './mfa-deny.ts'
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
  const checked: CheckedPolicies = {
    policies,
    subject,
    allows: statements.filter(({ statement }) => statement.Effect === 'Allow'),
    denies: statements.filter(({ statement }) => statement.Effect === 'Deny'),
    mfaDenies: statements.filter(isMfaDeny),
    isComplete,
  }
  return CHECKS.flatMap((check) => check(checked))
    .map(describeProblem)
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
}

/** IAM User Guide, "Version": 2008-10-17 has no policy variables. */
function checkVersions({ policies }: CheckedPolicies): PolicyProblem[] {
  return policies
    .filter(
      ({ document }) =>
        document.Version === '2008-10-17' && /\$\{\s*aws:/.test(JSON.stringify(document)),
    )
    .map(({ name }) => ({ code: 'old-version', policy: name }))
}

import {
  checkDangerousExemptions,
  checkNeedlessExemptions,
  checkOpenActions,
} from './checks/exemptions.ts'
import { checkActions } from './checks/actions.ts'
import { checkExceptions } from './checks/exceptions.ts'
import {
  KINDS_WITHOUT_MFA,
  type CheckedPolicies,
  type PolicyCheck,
} from './checks/checked-policies.ts'
import {
  checkAllowConditions,
  checkConditions,
  checkFurtherConditions,
  checkMfaDeny,
  checkMfaDenyConditions,
} from './checks/mfa-deny.ts'
import { checkFirstPassword } from './checks/first-password.ts'
import { checkRoleSessions } from './checks/role-sessions.ts'
import {
  checkAllowedEnrollment,
  checkBlockedEnrollment,
  checkDeviceNames,
  checkOwnUser,
  checkPaths,
} from './checks/self-service.ts'
import type { NamedPolicy } from './evaluate.ts'
import { isLeftOut } from './exceptions.ts'
import { describeProblem, SEVERITIES, type PolicyFinding, type PolicyProblem } from './findings.ts'
import { everydayRequests, isMfaDeny, locateStatements, openRequests } from './mfa-deny.ts'
import { MAX_POLICY_SIZES, policySize, type PolicyType } from './size.ts'
import type { Subject } from './subject.ts'

/** What is left open; for a user whom an exception leaves out, that is all. */
const GATE_CHECKS: readonly PolicyCheck[] = [
  checkMfaDeny,
  checkBlockedEnrollment,
  checkDangerousExemptions,
  checkOpenActions,
]

const CHECKS: readonly PolicyCheck[] = [
  checkExceptions,
  checkNeedlessExemptions,
  checkMfaDenyConditions,
  checkFurtherConditions,
  checkConditions,
  checkAllowConditions,
  checkAllowedEnrollment,
  checkOwnUser,
  checkPaths,
  checkDeviceNames,
  checkFirstPassword,
  checkVersions,
  checkActions,
]

/** The policy of a role is about its sessions, and not there for enrolling. */
const ROLE_CHECKS: readonly PolicyCheck[] = [
  checkExceptions,
  checkRoleSessions,
  checkFurtherConditions,
  checkConditions,
  checkVersions,
  checkActions,
]

/** A service control policy is about sessions of roles, too. It allows nothing; what it denies, nothing can allow. */
const SCP_CHECKS: readonly PolicyCheck[] = [
  checkMfaDeny,
  checkBlockedEnrollment,
  checkDangerousExemptions,
  checkOpenActions,
  checkMfaDenyConditions,
  checkFirstPassword,
  ...ROLE_CHECKS,
]

const OTHER_CHECKS: Partial<Record<PolicyType, readonly PolicyCheck[]>> = {
  role: ROLE_CHECKS,
  scp: SCP_CHECKS,
}

/** What is known of the policies besides their text. */
export interface CheckedScope {
  /** Whether the subject has no other policies, so that only what these allow is allowed. */
  readonly isComplete: boolean
  /** The users of the account who must set a first password; undefined if that is not known. */
  readonly firstPasswords?: readonly string[]
  /** The file that the only policy is from, and what it is to become in AWS. */
  readonly file?: { readonly text: string; readonly type: PolicyType }
}

/** What is wrong for any of several users, each finding once. */
export function checkForAll(
  policies: readonly NamedPolicy[],
  subjects: readonly Subject[],
  scope: CheckedScope,
): PolicyFinding[] {
  const all = subjects.flatMap((subject) => checkPolicies(policies, subject, scope))
  const unique = new Map(all.map((finding) => [JSON.stringify(finding), finding]))
  return sortBySeverity([...unique.values()])
}

/** What is wrong with policies that should make MFA mandatory, the most severe first. */
export function checkPolicies(
  policies: readonly NamedPolicy[],
  subject: Subject,
  { isComplete, file, firstPasswords }: CheckedScope,
): PolicyFinding[] {
  const statements = locateStatements(policies)
  const denies = statements.filter(({ statement }) => statement.Effect === 'Deny')
  const everyday = everydayRequests(subject).length
  const checked: CheckedPolicies = {
    policies,
    subject,
    allows: statements.filter(
      ({ statement, policy }) => statement.Effect === 'Allow' && policy.isBoundary !== true,
    ),
    denies,
    mfaDenies: statements.filter(isMfaDeny),
    deniedKinds: KINDS_WITHOUT_MFA.filter(
      (kind) => openRequests(denies, subject, kind).length < everyday,
    ),
    isComplete,
    firstPasswords: isComplete ? (firstPasswords ?? []) : undefined,
  }
  // In a file, the user is an example.
  const { path, tags = {} } = subject
  const isExcepted = path !== undefined && isLeftOut(denies, { subject, tags })
  const gateChecks = isExcepted ? [] : GATE_CHECKS
  const checks = OTHER_CHECKS[file?.type ?? 'managed'] ?? [...gateChecks, ...CHECKS]
  const problems = [...checkSize(file), ...checks.flatMap((check) => check(checked))]
  return sortBySeverity(problems.map(describeProblem))
}

function sortBySeverity(findings: readonly PolicyFinding[]): PolicyFinding[] {
  return findings.toSorted(
    (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
  )
}

function checkSize(file: CheckedScope['file']): PolicyProblem[] {
  if (file === undefined) return []
  const size = policySize(file.text)
  const max = MAX_POLICY_SIZES[file.type]
  return size > max ? [{ code: 'too-large', size, max }] : []
}

/** IAM User Guide, "Version": 2008-10-17 has no policy variables. */
function checkVersions({ policies }: CheckedPolicies): PolicyProblem[] {
  return policies
    .filter(({ document }) => document.Version === '2008-10-17')
    .filter(({ document }) => /\$\{\s*aws:/.test(JSON.stringify(document)))
    .map(({ name }) => ({ code: 'old-version', policy: name }))
}

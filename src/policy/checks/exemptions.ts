/** What a key may do without MFA: no more than enroll a device. */
import type { PolicyProblem } from '../findings.ts'
import {
  exempts,
  matches,
  openRequests,
  type ActionOnResource,
  type LocatedStatement,
} from '../mfa-deny.ts'
import { matchesAction } from '../pattern.ts'
import { isAllowed, ownRequest, type CheckedPolicies } from './checked-policies.ts'
import { ENROLLMENT_ACTIONS } from './self-service.ts'

/** What a stolen key must not do. */
const DANGEROUS = [
  ['iam:DeactivateMFADevice', 'deactivate-without-mfa'],
  ['iam:CreateAccessKey', 'access-key-without-mfa'],
  ['iam:ChangePassword', 'password-without-mfa'],
  ['iam:DeleteVirtualMFADevice', 'delete-without-mfa'],
] as const

/** Other actions that published samples exempt: reading one's own data, and managing one's keys. */
const HARMLESS: ReadonlySet<string> = new Set(
  [
    ...ENROLLMENT_ACTIONS,
    'iam:ResyncMFADevice',
    'iam:GetMFADevice',
    'iam:ListVirtualMFADevices',
    'iam:ListUsers',
    'iam:GetUser',
    'iam:GetLoginProfile',
    'iam:GetAccountPasswordPolicy',
    'iam:GetAccountSummary',
    'iam:ListAccountAliases',
    'iam:ListAccessKeys',
    'iam:UpdateAccessKey',
    'iam:GetAccessKeyLastUsed',
    'iam:ListSSHPublicKeys',
    'iam:ListServiceSpecificCredentials',
    'iam:ListSigningCertificates',
    'sts:GetSessionToken',
    'sts:GetCallerIdentity',
  ].map((action) => action.toLowerCase()),
)

export function checkDangerousExemptions(checked: CheckedPolicies): PolicyProblem[] {
  const fallback = mainDeny(checked)
  if (fallback === undefined) return []
  return DANGEROUS.filter(([action]) => isOpen(checked, action)).map(([action, code]) => {
    const at = checked.mfaDenies.find((deny) => exempts(deny, action)) ?? fallback
    return { code, action, at }
  })
}

/** Everyday actions that stay open, and exemptions that are neither harmless nor reported above. */
export function checkOpenActions(checked: CheckedPolicies): PolicyProblem[] {
  const { denies, subject, deniedKinds } = checked
  const at = mainDeny(checked)
  if (at === undefined) return []
  const everyday = deniedKinds
    .flatMap((kind) => openRequests(denies, subject, kind))
    .map(([action]) => action)
  const open = [...new Set([...everyday, ...furtherExemptions(checked, everyday)])]
  return open.length === 0 ? [] : [{ code: 'deny-not-everything', at, open }]
}

export function checkNeedlessExemptions({ mfaDenies }: CheckedPolicies): PolicyProblem[] {
  return mfaDenies
    .filter(({ statement: { NotAction } }) =>
      NotAction?.some((action) => /^sts:GetSessionToken$/i.test(action)),
    )
    .map((at) => ({ code: 'session-token-exempt', at }))
}

/** The Deny to which findings about what is open belong. */
function mainDeny({ mfaDenies }: CheckedPolicies): LocatedStatement | undefined {
  return mfaDenies.find(({ statement }) => statement.NotAction) ?? mfaDenies[0]
}

function furtherExemptions(
  { denies, subject, mfaDenies, deniedKinds }: CheckedPolicies,
  everyday: readonly string[],
): string[] {
  const reported = [...everyday, ...DANGEROUS.map(([action]) => action)]
  return (
    mfaDenies
      .flatMap(({ statement }) => statement.NotAction ?? [])
      .filter((pattern) => !HARMLESS.has(pattern.toLowerCase()))
      .filter((pattern) => !reported.some((action) => matchesAction(action, pattern)))
      // Another Deny may cover what this one exempts.
      .filter((pattern) =>
        deniedKinds.some((kind) => !matches(denies, subject, example(pattern), kind)),
      )
  )
}

/** A request for an action that a pattern matches. */
function example(pattern: string): ActionOnResource {
  const action = pattern.replaceAll('*', 'Any').replaceAll('?', 'x')
  return [action.includes(':') ? action : `any:${action}`, '*']
}

/** Not denied to some kind without MFA and, if all policies are known, allowed to it. */
function isOpen(checked: CheckedPolicies, action: string): boolean {
  const { denies, subject, deniedKinds, isComplete } = checked
  const request = ownRequest(subject, action)
  return deniedKinds.some(
    (kind) =>
      !matches(denies, subject, request, kind) &&
      (!isComplete || isAllowed(checked, request, kind)),
  )
}

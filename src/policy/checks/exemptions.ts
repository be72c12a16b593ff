/** What a key may do without MFA: no more than enroll a device. */
import { deniedKinds, openRequests, type KindWithoutMfa } from '../mfa-deny.ts'
import type { PolicyProblem } from '../findings.ts'
import { exempts, matches, type ActionOnResource, type LocatedStatement } from '../mfa-deny.ts'
import { matchesAction } from '../pattern.ts'
import { isAllowed, ownRequest, type CheckedPolicies } from './checked-policies.ts'
import { ENROLLMENT_ACTIONS } from './enrollment.ts'

/** What a stolen key must not do. */
const DANGEROUS = [
  ['DeactivateMFADevice', 'deactivate-without-mfa'],
  ['CreateAccessKey', 'access-key-without-mfa'],
  ['ChangePassword', 'password-without-mfa'],
  ['DeleteVirtualMFADevice', 'delete-without-mfa'],
] as const

/** Other actions that published samples exempt: reading one's own data, and managing one's keys. */
const HARMLESS: ReadonlySet<string> = new Set(
  [
    ...ENROLLMENT_ACTIONS,
    'ResyncMFADevice',
    'GetMFADevice',
    'ListVirtualMFADevices',
    'ListUsers',
    'GetUser',
    'GetLoginProfile',
    'GetAccountPasswordPolicy',
    'GetAccountSummary',
    'ListAccountAliases',
    'ListAccessKeys',
    'UpdateAccessKey',
    'GetAccessKeyLastUsed',
    'ListSSHPublicKeys',
    'ListServiceSpecificCredentials',
    'ListSigningCertificates',
  ]
    .map((action) => `iam:${action}`.toLowerCase())
    .concat(['sts:getsessiontoken', 'sts:getcalleridentity']),
)

export function checkDangerousExemptions(checked: CheckedPolicies): PolicyProblem[] {
  const fallback = mainDeny(checked)
  if (fallback === undefined) return []
  return DANGEROUS.filter(([action]) => isOpen(checked, action)).map(([name, code]) => {
    const action = `iam:${name}`
    return { code, action, at: checked.mfaDenies.find((deny) => exempts(deny, action)) ?? fallback }
  })
}

/** Everyday actions that stay open, and exemptions that are neither harmless nor reported above. */
export function checkOpenActions(checked: CheckedPolicies): PolicyProblem[] {
  const { denies, subject } = checked
  const at = mainDeny(checked)
  if (at === undefined) return []
  const everyday = deniedKinds(denies, subject)
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
  { denies, subject, mfaDenies }: CheckedPolicies,
  everyday: readonly string[],
): string[] {
  const reported = [...everyday, ...DANGEROUS.map(([action]) => `iam:${action}`)]
  const kinds = deniedKinds(denies, subject)
  return (
    mfaDenies
      .flatMap(({ statement }) => statement.NotAction ?? [])
      .filter((pattern) => !HARMLESS.has(pattern.toLowerCase()))
      .filter((pattern) => !reported.some((action) => matchesAction(action, pattern)))
      // Another Deny may cover what this one exempts.
      .filter((pattern) => kinds.some((kind) => !matches(denies, subject, example(pattern), kind)))
  )
}

/** A request for an action that a pattern matches. */
function example(pattern: string): ActionOnResource {
  const action = pattern.replaceAll('*', 'Any').replaceAll('?', 'x')
  return [action.includes(':') ? action : `any:${action}`, '*']
}

/** Not denied to some kind without MFA and, if all policies are known, allowed to it. */
function isOpen(checked: CheckedPolicies, action: string): boolean {
  const { denies, subject, isComplete } = checked
  const request = ownRequest(subject, action)
  const isOpenTo = (kind: KindWithoutMfa): boolean =>
    !matches(denies, subject, request, kind) && (!isComplete || isAllowed(checked, request, kind))
  return deniedKinds(denies, subject).some(isOpenTo)
}

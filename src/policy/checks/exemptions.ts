/** What a key may do without MFA: no more than enroll a device. */
import { canHold } from '../can-hold.ts'
import type { PolicyProblem } from '../findings.ts'
import {
  exempts,
  matches,
  openRequests,
  type ActionOnResource,
  type LocatedStatement,
} from '../mfa-deny.ts'
import { matchesAction } from '../pattern.ts'
import { createRequest, iamArn, type Subject } from '../subject.ts'
import {
  isAllowed,
  KINDS_WITHOUT_MFA,
  ownRequest,
  type CheckedPolicies,
} from './checked-policies.ts'
import { anyUser } from './mfa-deny.ts'
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

/** They are for a user, who may be another one. */
const FOR_OWN_USER = /^iam:(EnableMFADevice|ResyncMFADevice)$/i

/** Whether an action may stay open without MFA, on the own user or on others. To change a password takes the old one. */
export function mayStayOpen(action: string, isOwn: boolean): boolean {
  if (FOR_OWN_USER.test(action)) return isOwn
  // It turns a key on again that somebody turned off.
  if (/^iam:UpdateAccessKey$/i.test(action)) return false
  return HARMLESS.has(action.toLowerCase()) || /^iam:ChangePassword$/i.test(action)
}

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
  if (deniedKinds.length === 0) return [{ code: 'denies-nothing', at, ...whyNothing(checked, at) }]
  const everyday = deniedKinds
    .flatMap((kind) => openRequests(denies, subject, kind))
    .map(([action]) => action)
  const open = [
    ...new Set([...everyday, ...furtherExemptions(checked, everyday), ...exemptResources(checked)]),
  ]
  return open.length === 0
    ? []
    : [{ code: 'deny-not-everything', at, open, isEveryday: everyday.length > 0 }]
}

export function checkNeedlessExemptions({ mfaDenies }: CheckedPolicies): PolicyProblem[] {
  return mfaDenies
    .filter(({ statement: { NotAction } }) =>
      NotAction?.some((action) => /^sts:GetSessionToken$/i.test(action)),
    )
    .map((at) => ({ code: 'session-token-exempt', at }))
}

/** Whether it is the condition that never holds without MFA; else the Deny covers no everyday action. */
function whyNothing({ subject }: CheckedPolicies, at: LocatedStatement) {
  const { statement, policy } = at
  const { context } = createRequest(subject, '*', '*', 'bareKey', anyUser(subject, at))
  const { holds } = canHold(statement.Condition ?? {}, context, policy.document.Version)
  return { isConditionWrong: holds === 'no', covered: statement.Action ?? [] }
}

/** The Deny to which findings about what is open belong: the one that leaves the least open. */
function mainDeny({ mfaDenies, subject }: CheckedPolicies): LocatedStatement | undefined {
  const open = (at: LocatedStatement): number =>
    KINDS_WITHOUT_MFA.reduce((sum, kind) => sum + openRequests([at], subject, kind).length, 0)
  const [first] = mfaDenies.toSorted((one, other) => open(one) - open(other))
  return first
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

/** What NotResource leaves open, and no other Deny covers. */
function exemptResources({ denies, subject, mfaDenies, deniedKinds }: CheckedPolicies): string[] {
  return mfaDenies
    .flatMap(({ statement }) => statement.NotResource ?? [])
    .filter((pattern) => {
      const [, , service = ''] = pattern.split(':')
      const request = [`${service || 'any'}:Any`, fillWildcards(pattern)] as const
      return deniedKinds.some((kind) => !matches(denies, subject, request, kind))
    })
}

/** A request for an action that a pattern matches. */
function example(pattern: string): ActionOnResource {
  const action = fillWildcards(pattern)
  return [action.includes(':') ? action : `any:${action}`, '*']
}

function fillWildcards(pattern: string): string {
  return pattern.replaceAll('*', 'Any').replaceAll('?', 'x')
}

/** Not denied to some kind without MFA and, if all policies are known, allowed to it. */
function isOpen(checked: CheckedPolicies, action: string): boolean {
  const { denies, subject, deniedKinds, isComplete } = checked
  const request = harmfulRequest(subject, action)
  return deniedKinds.some(
    (kind) =>
      !matches(denies, subject, request, kind) &&
      (!isComplete || isAllowed(checked, request, kind)),
  )
}

/** What a stolen key would do with the action: delete devices of others, who cannot enroll theirs then. */
function harmfulRequest(subject: Subject, action: string): ActionOnResource {
  return action === 'iam:DeleteVirtualMFADevice'
    ? [action, iamArn(subject, 'mfa/somebody-else')]
    : ownRequest(subject, action)
}

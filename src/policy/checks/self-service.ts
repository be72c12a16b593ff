/** Whether users can enroll their first device without MFA and manage their own credentials, and only theirs. */
import type { PolicyProblem } from '../findings.ts'
import { alwaysMatch, locateStatements, matches, type LocatedStatement } from '../mfa-deny.ts'
import { predict } from '../predict.ts'
import { createRequest, iamArn, type CredentialKind, type Subject } from '../subject.ts'
import { isAllowed, ownRequest, type CheckedPolicies } from './checked-policies.ts'

/** What enrolling a first device with a bare key takes. */
export const ENROLLMENT_ACTIONS = [
  'iam:CreateVirtualMFADevice',
  'iam:EnableMFADevice',
  'iam:ListMFADevices',
]

/** Reports every Deny that blocks something: to fix one of several is not enough. */
export function checkBlockedEnrollment(checked: CheckedPolicies): PolicyProblem[] {
  const { mfaDenies, denies } = checked
  if (mfaDenies.length === 0) return []
  return [
    ...denies.flatMap((at): PolicyProblem[] => {
      const actions = ENROLLMENT_ACTIONS.filter((action) => isBlocked(checked, at, action))
      return actions.length === 0 ? [] : [{ code: 'enrolment-blocked', at, actions }]
    }),
    ...denies
      .filter((at) => isBlocked(checked, at, 'iam:ResyncMFADevice'))
      .map((at) => ({ code: 'resync-blocked' as const, at })),
  ]
}

/** An MFA Deny blocks also those whom it hits under further conditions; another Deny has its own purpose there. */
function isBlocked(checked: CheckedPolicies, at: LocatedStatement, action: string): boolean {
  const { subject, mfaDenies } = checked
  const isHit = mfaDenies.includes(at) ? matches : alwaysMatch
  return isHit([at], subject, ownRequest(subject, action), kindToTry(checked))
}

/** What no Deny blocks must also be allowed, here or in another policy. */
export function checkAllowedEnrollment(checked: CheckedPolicies): PolicyProblem[] {
  const { mfaDenies, denies, subject, isComplete } = checked
  if (mfaDenies.length === 0) return []
  const actions = ENROLLMENT_ACTIONS.filter(
    (action) =>
      !isDenied(checked, denies, action) &&
      !isAllowed(checked, ownRequest(subject, action), kindToTry(checked)),
  )
  const user = subject.path === undefined ? undefined : `user${subject.path}${subject.user}`
  return actions.length === 0 ? [] : [{ code: 'enrolment-not-allowed', actions, isComplete, user }]
}

/** Where the subject is not a real user, others may have a path (IAM identifiers, "Friendly names and paths"). */
export function checkPaths(checked: CheckedPolicies): PolicyProblem[] {
  const { allows, subject } = checked
  if (subject.path !== undefined) return []
  const withPath = { ...subject, path: '/team/' }
  return allows.flatMap((at): PolicyProblem[] => {
    const isFor = (someone: Subject, action: string): boolean =>
      matches([at], someone, ownRequest(someone, action), 'mfaSession')
    const actions = OWN_USER_ACTIONS.filter(
      (action) => isFor(subject, action) && !isFor(withPath, action),
    )
    return actions.length === 0
      ? []
      : [{ code: 'path-not-covered', at, partition: subject.partition }]
  })
}

function isDenied(
  checked: CheckedPolicies,
  denies: readonly LocatedStatement[],
  action: string,
): boolean {
  const { subject } = checked
  return alwaysMatch(denies, subject, ownRequest(subject, action), kindToTry(checked))
}

function kindToTry({ deniedKinds: [kind = 'bareKey'] }: CheckedPolicies): CredentialKind {
  return kind
}

/** Not ChangePassword, which takes no user name. */
const OWN_USER_ACTIONS = [
  'iam:CreateAccessKey',
  'iam:DeactivateMFADevice',
  'iam:EnableMFADevice',
  'iam:ResyncMFADevice',
  'iam:UpdateAccessKey',
]

export function checkOwnUser({ allows, subject }: CheckedPolicies): PolicyProblem[] {
  const others = otherUsers(subject)
  return allows
    .filter((allow) => !isForAdministrators(allow))
    .flatMap((at): PolicyProblem[] => {
      const actions = OWN_USER_ACTIONS.filter((action) =>
        others.some((other) => matches([at], subject, [action, other], 'mfaSession')),
      )
      if (actions.length === 0) return []
      return [{ code: 'not-own-user', at, actions, partition: subject.partition }]
    })
}

/** Users whose name or path a pattern around the subject's own name may match. */
function otherUsers(subject: Subject): string[] {
  const { user } = subject
  const names = ['somebody-else', `${user}2`, `x${user}`, `${user}/somebody-else`]
  return names
    .flatMap((name) => [`user/${name}`, `user/team/${name}`])
    .map((each) => iamArn(subject, each))
}

/** Who has all of IAM can do without an exception what it lets others do. */
function isForAdministrators({ statement: { Action, Resource } }: LocatedStatement): boolean {
  if (Action === undefined) return true
  return (
    Action.some((each) => /^(\*|\*:\*|iam:\*)$/i.test(each)) && Resource?.includes('*') === true
  )
}

/** Since November 2022 a user may have up to eight devices, whose names are free. */
export function checkDeviceNames({ allows, policies, subject }: CheckedPolicies): PolicyProblem[] {
  const action = 'iam:CreateVirtualMFADevice'
  const device = (name: string): string => iamArn(subject, `mfa/${name}`)
  const second = createRequest(subject, action, device(`${subject.user}-phone`), 'mfaSession')
  if (predict(locateStatements(policies), second).decision !== 'implicitDeny') return []
  return allows
    .filter((allow) => matches([allow], subject, [action, device(subject.user)], 'mfaSession'))
    .map((at) => ({ code: 'device-name-pinned', at, partition: subject.partition }))
}

/** Whether users can enroll their first device without MFA and manage their own credentials, and only theirs. */
import { evaluate } from '../evaluate.ts'
import type { PolicyProblem } from '../findings.ts'
import { matches, type LocatedStatement } from '../mfa-deny.ts'
import { createRequest, iamArn, type CredentialKind } from '../subject.ts'
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
      const actions = ENROLLMENT_ACTIONS.filter((action) => isDenied(checked, [at], action))
      return actions.length === 0 ? [] : [{ code: 'enrolment-blocked', at, actions }]
    }),
    ...denies
      .filter((at) => isDenied(checked, [at], 'iam:ResyncMFADevice'))
      .map((at) => ({ code: 'resync-blocked' as const, at })),
  ]
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
  return actions.length === 0 ? [] : [{ code: 'enrolment-not-allowed', actions, isComplete }]
}

function isDenied(
  checked: CheckedPolicies,
  denies: readonly LocatedStatement[],
  action: string,
): boolean {
  const { subject } = checked
  return matches(denies, subject, ownRequest(subject, action), kindToTry(checked))
}

function kindToTry({ deniedKinds: [kind = 'bareKey'] }: CheckedPolicies): CredentialKind {
  return kind
}

const OWN_USER_ACTIONS = [
  'iam:ChangePassword',
  'iam:CreateAccessKey',
  'iam:DeactivateMFADevice',
  'iam:EnableMFADevice',
  'iam:ResyncMFADevice',
  'iam:UpdateAccessKey',
]

export function checkOwnUser({ allows, subject }: CheckedPolicies): PolicyProblem[] {
  const otherUser = iamArn(subject, 'user/somebody-else')
  return allows
    .filter((allow) => !isForAdministrators(allow))
    .flatMap((at): PolicyProblem[] => {
      const actions = OWN_USER_ACTIONS.filter((action) =>
        matches([at], subject, [action, otherUser], 'mfaSession'),
      )
      if (actions.length === 0) return []
      return [{ code: 'not-own-user', at, actions, partition: subject.partition }]
    })
}

function isForAdministrators({ statement: { Action, Resource } }: LocatedStatement): boolean {
  if (Action === undefined) return true
  return Action.some((each) => /^(\*|iam:\*)$/i.test(each)) && Resource?.includes('*') === true
}

/** Since November 2022 a user may have up to eight devices, whose names are free. */
export function checkDeviceNames({ allows, policies, subject }: CheckedPolicies): PolicyProblem[] {
  const action = 'iam:CreateVirtualMFADevice'
  const device = (name: string): string => iamArn(subject, `mfa/${name}`)
  const second = createRequest(subject, action, device(`${subject.user}-phone`), 'mfaSession')
  if (evaluate(policies, second).decision !== 'implicitDeny') return []
  return allows
    .filter((allow) => matches([allow], subject, [action, device(subject.user)], 'mfaSession'))
    .map((at) => ({ code: 'device-name-pinned', at, partition: subject.partition }))
}

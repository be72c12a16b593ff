/** Whether users can manage their own credentials and devices, and only their own. */
import { evaluate } from '../evaluate.ts'
import type { PolicyProblem } from '../findings.ts'
import { matches, type LocatedStatement } from '../mfa-deny.ts'
import { createRequest, iamArn } from '../subject.ts'
import type { CheckedPolicies } from './checked-policies.ts'

const OWN_USER_ACTIONS = [
  'ChangePassword',
  'CreateAccessKey',
  'DeactivateMFADevice',
  'EnableMFADevice',
  'ResyncMFADevice',
  'UpdateAccessKey',
].map((action) => `iam:${action}`)

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

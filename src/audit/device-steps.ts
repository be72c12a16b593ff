/** What people must do who could not work if MFA were enforced; pure. */
import { nameOption, type Caller } from '../administration/caller.ts'
import type { NextStep, UserVerdict } from './report.ts'
import { stepFor } from './steps.ts'

/** `users` are those of people: not root, and not the one who asks. */
export function deviceSteps(users: readonly UserVerdict[], caller: Caller): NextStep[] {
  const locked = users.filter(({ ifEnforced }) => ifEnforced === 'locked out')
  const withKey = locked.filter(({ devices }) => devices?.length !== 0)
  const others = locked.filter((user) => !withKey.includes(user))
  const soon = others.filter((user) => isToSetPassword(user) && !isDenied(user))
  const late = others.filter((user) => isToSetPassword(user) && isDenied(user))
  const blocked = others.filter((user) => !isToSetPassword(user))
  const check = (each: readonly UserVerdict[]): string[] =>
    each.map(
      ({ user }) =>
        `mfa-login policy check --live ${nameOption('user', user, caller)}${caller.options}`,
    )
  return [
    ...stepFor(
      blocked,
      (who) => `Let ${who} enroll a device: something else denies it`,
      check(blocked),
    ),
    ...stepFor(
      late,
      (who) => `Let ${who} set a first password: a policy asks MFA for it`,
      check(late),
    ),
    ...stepFor(soon, (who) => `Have ${who} set the first password before MFA is enforced`),
    ...stepFor(
      withKey,
      (who) => `Give ${who} a console password, to add an authenticator app to the security key`,
    ),
    ...enrollingSteps(users.filter(({ canEnroll }) => canEnroll === true)),
    ...stepFor(
      users.filter(({ ifEnforced }) => ifEnforced === 'works in the console only'),
      (who) => `Have ${who} add an authenticator app in the console, under Security credentials`,
    ),
  ]
}

function isToSetPassword({ password }: UserVerdict): boolean {
  return password?.mustReset === true
}

/** Whether a policy in effect denies without MFA, and not the one to come. */
function isDenied({ enforced, by }: UserVerdict): boolean {
  return enforced === 'yes' && by.length > 0
}

/** `device enroll` signs with a key. */
export function enrollingSteps(users: readonly UserVerdict[]): NextStep[] {
  const hasKey = ({ keys }: UserVerdict) => keys?.some(({ isActive }) => isActive) === true
  return [
    ...stepFor(
      users.filter(hasKey),
      (who) => `Have ${who} enroll a device, with the user’s own profile`,
      ['mfa-login device enroll'],
    ),
    ...stepFor(
      users.filter((user) => !hasKey(user)),
      (who) => `Have ${who} enroll an authenticator app in the console, under Security credentials`,
    ),
  ]
}

/** What to do next, in order; pure. */
import type { GateVerdict, NextStep, RoleVerdict, UserVerdict } from './model.ts'
import { needsTag } from './except-option.ts'
import { nameInCommand, nameInSentence } from './names.ts'
import { ROOT } from './root.ts'

interface Judged {
  readonly users: readonly UserVerdict[]
  readonly roles: readonly RoleVerdict[]
  readonly policies: readonly GateVerdict[]
}

/**
 * First what would harm if MFA were enforced, then the enforcing, then what is left. `except` has the options for every
 * policy that enforces.
 */
export function planNextSteps(judged: Judged, except: string): NextStep[] {
  const [root, users] = [
    judged.users.find(({ user }) => user === ROOT),
    judged.users.filter(({ user }) => user !== ROOT),
  ]
  return [
    ...rootSteps(root),
    ...beforehand(users),
    ...gateSteps(judged.policies),
    ...enforcingSteps(users, except),
    ...roleSteps(judged.roles),
  ]
}

function rootSteps(root: UserVerdict | undefined): NextStep[] {
  if (root === undefined || root.enforced === 'yes') return []
  const isWithoutDevice = root.devices?.length === 0
  const steps = [
    ...(isWithoutDevice ? ['Register an MFA device for the root user, in the console'] : []),
    ...((root.keys ?? []).length > 0
      ? ['Delete the access keys of the root user, in the console']
      : []),
  ]
  return steps.map((what) => ({ what, command: null, users: [ROOT] }))
}

/** For users whom the strict policy does not stop already. */
function beforehand(users: readonly UserVerdict[]): NextStep[] {
  const of = (ifEnforced: UserVerdict['ifEnforced']): readonly UserVerdict[] =>
    users.filter((user) => user.ifEnforced === ifEnforced)
  const machines = of('breaks').filter(({ exceptions }) => exceptions.length === 0)
  const named = users.filter((user) => user.exceptions.length > 0 && needsTag(user))
  const firstPassword = of('locked out').filter(({ password }) => password?.mustReset === true)
  const locked = of('locked out').filter(({ password }) => password?.mustReset !== true)
  return [
    ...step(machines, (who, names) => ({
      what: `Give ${who} a role instead of a key; until then, tag them for an exception`,
      command: tag(names),
    })),
    ...step(named, (who, names) => ({
      what: `Tag ${who} for an exception, which the new policy does not know by name`,
      command: tag(names),
    })),
    ...step(locked, (who, names) => ({
      what: `Let ${who} enroll a device: something else denies it`,
      command: `mfa-login policy check --live --user ${nameInCommand(names)}`,
    })),
    ...step(firstPassword, (who) => ({
      what: `Have ${who} set the first password before MFA is enforced`,
      command: null,
    })),
    ...step(of('must enroll first'), (who) => ({
      what: `Have ${who} enroll a device, with the user’s own profile`,
      command: 'mfa-login device enroll',
    })),
    ...step(of('works in the console only'), (who) => ({
      what: `Have ${who} add an authenticator app in the console, under Security credentials`,
      command: null,
    })),
  ]
}

function tag(names: readonly string[]): string {
  return `aws iam tag-user --user-name ${nameInCommand(names)} --tags Key=mfa,Value=exempt`
}

function gateSteps(policies: readonly GateVerdict[]): NextStep[] {
  return policies
    .filter(({ findings }) => findings.some(({ severity }) => severity === 'error'))
    .flatMap(({ policy, attachedTo }): NextStep[] => {
      const [kind = '', name = ''] = attachedTo[0]?.split(/ (.*)/s) ?? []
      if (kind !== 'group' && kind !== 'user') return []
      return [
        {
          what: `Correct the policy ${nameInSentence(policy)}: it has holes, or locks users out`,
          command: `mfa-login policy check --live --${kind} ${nameInCommand([name.replace(/ \(boundary\)$/, '')])}`,
          users: [],
        },
      ]
    })
}

/** The groups that reach the most of them first; users without a group at the end. */
function enforcingSteps(users: readonly UserVerdict[], except: string): NextStep[] {
  const steps: NextStep[] = []
  let open = users.filter(({ enforced, isExcused }) => enforced !== 'yes' && !isExcused)
  const members = new Map<string, number>()
  for (const { groups } of open) {
    for (const group of groups) members.set(group, (members.get(group) ?? 0) + 1)
  }
  const byReach = [...members].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
  for (const [group] of byReach) {
    const reached = open.filter(({ groups }) => groups.includes(group))
    if (reached.length === 0) continue
    open = open.filter(({ groups }) => !groups.includes(group))
    steps.push(
      ...step(reached, (who) =>
        enforce(
          reached,
          `${who} by the group ${nameInSentence(group)}`,
          `--group ${nameInCommand([group])}${except}`,
        ),
      ),
    )
  }
  return [
    ...steps,
    ...step(open, (who, names) => enforce(open, who, `--user ${nameInCommand(names)}${except}`)),
  ]
}

function enforce(users: readonly UserVerdict[], whom: string, option: string) {
  const isForEver = users.every(({ exceptions }) => exceptions.some(({ until }) => until === null))
  return {
    what: isForEver ? `Give the exception of ${whom} an end` : `Enforce MFA for ${whom}`,
    command: `mfa-login policy apply ${option}`,
  }
}

function roleSteps(roles: readonly RoleVerdict[]): NextStep[] {
  return roles.map(({ role, users, userCount }) => ({
    what: `Add Bool aws:MultiFactorAuthPresent true to the trust policy of ${nameInSentence(role)}, which ${count(userCount)} may take without MFA; write the whole policy back with update-assume-role-policy`,
    command: `aws iam get-role --role-name ${nameInCommand([role])} --query Role.AssumeRolePolicyDocument`,
    users,
  }))
}

/** None where there are no users. */
function step(
  users: readonly UserVerdict[],
  describe: (
    who: string,
    names: readonly string[],
  ) => { readonly what: string; readonly command: string | null },
): NextStep[] {
  if (users.length === 0) return []
  const names = users.map(({ user }) => user)
  const who = names.length === 1 ? nameInSentence(names[0] ?? '') : count(names.length)
  return [{ ...describe(who, names), users: names }]
}

function count(users: number): string {
  return users === 1 ? '1 user' : `${users} users`
}

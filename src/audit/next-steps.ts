/** What to do next, in order; pure. */
import { nameOption, type Caller } from '../administration/caller.ts'
import { deviceSteps, enrollingSteps } from './device-steps.ts'
import { applyCommand, type Enforcing } from './enforcing.ts'
import { machineSteps } from './machine-steps.ts'
import type { GateVerdict, NextStep, RoleVerdict, UserVerdict } from './report.ts'
import { nameInSentence } from './names.ts'
import { ROOT } from './root.ts'
import { listNames } from './steps.ts'
import type { Tagging } from './tagging.ts'

export interface Plan {
  readonly users: readonly UserVerdict[]
  readonly roles: readonly RoleVerdict[]
  readonly policies: readonly GateVerdict[]
  readonly enforcing: readonly Enforcing[]
  readonly tagging: Tagging
  /** The options for every policy that enforces. */
  readonly except: string
  readonly caller: Caller
  /** The one who asks, without MFA; undefined for others. */
  readonly self: UserVerdict | undefined
}

/** First what would harm if MFA were enforced, then the enforcing, then what is left. */
export function planNextSteps({ self, ...given }: Plan): NextStep[] {
  const isSelf = ({ user }: UserVerdict): boolean => user === self?.user
  const caller = self === undefined ? given.caller : withMfa(given.caller)
  const plan = { ...given, caller }
  const users = plan.users.filter((each) => each.user !== ROOT && !isSelf(each))
  const steps = [
    ...rootSteps(plan.users.find(({ user }) => user === ROOT)),
    ...machineSteps(plan),
    ...deviceSteps(users, caller),
    ...gateSteps(plan),
    ...plan.enforcing.map((each) => enforcingStep(each, plan)),
    ...enrollingSteps(users.filter(({ canEnroll }) => canEnroll === false)),
    ...roleSteps(plan),
  ]
  const isAbout = steps.length > 0 || plan.users.some(isSelf)
  return [...(self !== undefined && isAbout ? [selfStep(self, caller)] : []), ...steps]
}

/** Once there is a device: what comes after that takes MFA when it is enforced. */
function withMfa(caller: Caller): Caller {
  return { ...caller, aws: `mfa-login exec${caller.options} -- aws` }
}

/** A security key, which STS does not take, gives a session in the console only. */
function selfStep({ user, devices }: UserVerdict, { options }: Caller): NextStep {
  const whom = `${nameInSentence(user)}, your own user, whose session has no MFA`
  const isInConsole = devices !== null && devices.length > 0
  return {
    what: isInConsole
      ? `Add an authenticator app for ${whom}, in the console, under Security credentials`
      : `Enroll a device for ${whom}`,
    commands: isInConsole ? [] : [`mfa-login device enroll${options}`],
    users: [user],
  }
}

function rootSteps(root: UserVerdict | undefined): NextStep[] {
  if (root === undefined || root.enforced === 'yes') return []
  const { devices, keys } = root
  const steps = [
    ...(devices?.length === 0 ? ['Register an MFA device for the root user, in the console'] : []),
    ...(keys?.length === 0 ? [] : ['Delete the access keys of the root user, in the console']),
  ]
  return steps.map((what) => ({ what, commands: [], users: [ROOT] }))
}

function gateSteps({ policies, caller }: Pick<Plan, 'policies' | 'caller'>): NextStep[] {
  return policies
    .filter(({ findings }) => findings.some(({ severity }) => severity === 'error'))
    .flatMap(({ policy, attachedTo }): NextStep[] => {
      const holder = attachedTo.map((each) => HOLDER.exec(each)).find((each) => each !== null)
      if (holder === undefined) return []
      const [, kind = '', name = ''] = holder
      return [
        {
          what: `Correct the policy ${nameInSentence(policy)}: it has holes, or locks users out`,
          commands: [
            `mfa-login policy check --live ${nameOption(kind, name, caller)}${caller.options}`,
          ],
          users: [],
        },
      ]
    })
}

/** Of `attachedTo`; a role is none that `policy check` reads. */
const HOLDER = /^(group|user) (.*?)(?: \(boundary\))?$/s

function enforcingStep(
  { principal, users }: Enforcing,
  { except, caller }: Pick<Plan, 'except' | 'caller'>,
): NextStep {
  const names = users.map(({ user }) => user)
  const by = principal.kind === 'group' ? ` by the group ${nameInSentence(principal.name)}` : ''
  const what = `${purposeOf(users, listNames(names))}${by}`
  return { what, commands: [applyCommand(principal, except, caller)], users: names }
}

function purposeOf(users: readonly UserVerdict[], whom: string): string {
  if (users.every(({ enforced }) => enforced === 'yes')) return `Let ${whom} enroll a device`
  const isForEver = users.every(({ exceptions }) => exceptions.some(({ until }) => until === null))
  return isForEver ? `Give the exception of ${whom} an end` : `Enforce MFA for ${whom}`
}

function roleSteps({ roles, caller }: Pick<Plan, 'roles' | 'caller'>): NextStep[] {
  return roles.map(({ role, users, usersNotKnown }) => ({
    what: `Add Bool aws:MultiFactorAuthPresent true to the trust policy of ${nameInSentence(role)}, which ${describeTakers(users, usersNotKnown)} may take without MFA; write the whole policy back with update-assume-role-policy`,
    commands: [
      `${caller.aws} iam get-role ${nameOption('role-name', role, caller)} --query Role.AssumeRolePolicyDocument`,
    ],
    users: [...users, ...usersNotKnown],
  }))
}

function describeTakers(users: readonly string[], usersNotKnown: readonly string[]): string {
  return [
    ...(users.length === 0 ? [] : [listNames(users)]),
    ...(usersNotKnown.length === 0 ? [] : [`perhaps ${listNames(usersNotKnown)}`]),
  ].join(', ')
}

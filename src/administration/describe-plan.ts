/** What a plan says before anything is changed; pure. */
import type { PolicyPlan } from './plan-policy.ts'
import { describeExcepted } from '../policy/exceptions.ts'
import type { Administrator } from './administrator.ts'
import type { Caller } from './caller.ts'
import { describeExceptionChange } from './exception-changes.ts'
import { describePrincipal, describeStep, formatNames, type PolicyChange } from './steps.ts'
import type { TextChange } from './text-change.ts'

/** The lines of a plan; `options` name its principal and profile in commands. */
export function describePlan(plan: PolicyPlan, admin: Administrator, options: string): string[] {
  const { steps, name } = plan
  if (steps.length === 0) {
    return [`${name} is as it should be and attached; there is nothing to do.`]
  }
  return [
    `In the account ${admin.account}:`,
    ...steps.map((step) => `  ${describeStep(step, plan)}`),
    ...describeChange(plan, admin.caller),
    ...describeDenies(plan, options),
    ...describeExceptions(plan),
    ...describeDevices(plan),
    ...describeFirstPasswords(plan),
    ...(plan.locksOut ? [`This locks you out: your own session of ${admin.arn} has no MFA.`] : []),
  ]
}

export function describeChange(
  plan: PolicyChange & { change: TextChange },
  caller: Caller,
): string[] {
  const { name, change } = plan
  const { diff, exceptionChanges, noLongerExcepted } = change
  return [
    ...(diff.length === 0 ? [] : [`What changes in ${name}:`, ...diff.map((line) => `  ${line}`)]),
    ...describeSharing(change.sharedWith, name),
    ...exceptionChanges.map(describeExceptionChange),
    ...describeNoLongerExcepted(noLongerExcepted),
    ...describeLoss(plan, caller),
  ]
}

function describeSharing(sharedWith: TextChange['sharedWith'], name: string): string[] {
  if (sharedWith === undefined) {
    return [`Who else has ${name} could not be seen (iam:ListEntitiesForPolicy).`]
  }
  const { principals, roles } = sharedWith
  const all = [...principals.map(describePrincipal), ...roles.map((role) => `role ${role}`)]
  return all.length === 0 ? [] : [`It changes for others, too: ${formatNames(all)}.`]
}

function describeNoLongerExcepted(users: TextChange['noLongerExcepted']): string[] {
  if (users === undefined) return ['Whom it ends for could not be seen (iam:GetUser).']
  if (users.length === 0) return []
  return [`No longer left out, and denied without MFA at once: ${formatNames(users)}.`]
}

/** How to copy what is deleted. */
function describeLoss({ arn, steps }: PolicyChange, caller: Caller): string[] {
  const words = `iam get-policy-version --policy-arn ${arn} --version-id`
  return steps
    .flatMap((step) =>
      step.kind === 'delete-version' || step.kind === 'delete-policy' ? [step.version] : [],
    )
    .map(
      (version) =>
        `Version ${version} is then gone for good. For a copy first: ${caller.aws} ${words} ${version}`,
    )
}

export function describeDenies(
  { otherMfaDenies }: Pick<PolicyPlan, 'otherMfaDenies'>,
  options: string,
): string[] {
  if (otherMfaDenies === undefined) {
    return ['Whether another policy requires MFA, too, could not be seen; --debug shows why.']
  }
  if (otherMfaDenies.length === 0) return []
  return [
    `What ${formatNames(otherMfaDenies)} denies without MFA stays denied beside it; all together: mfa-login policy check --live ${options}`,
  ]
}

function describeExceptions(plan: PolicyPlan): string[] {
  const { exceptions, exceptedUsers, exceptedWithoutDevice = [] } = plan
  if (exceptions.length === 0) return []
  const [{ until } = { until: undefined }] = exceptions
  const whom = exceptions.map(describeExcepted).join(', ')
  const who =
    exceptedUsers === undefined
      ? 'which users have the tags could not be seen (iam:GetUser)'
      : `now ${formatNames(exceptedUsers) || 'nobody'}`
  const howLong = until === undefined ? ', without an end,' : ` until ${until}`
  return [
    `Without MFA${howLong} may work: ${whom}; ${who}.`,
    ...(exceptedWithoutDevice.length === 0
      ? []
      : [`Until then these need an authenticator app: ${formatNames(exceptedWithoutDevice)}.`]),
  ]
}

function describeFirstPasswords({ firstPasswords, allowsFirstPassword }: PolicyPlan): string[] {
  if (firstPasswords === undefined || firstPasswords.length === 0) return []
  const names = formatNames(firstPasswords)
  return [
    allowsFirstPassword
      ? `These must set a password at the next sign-in, which the policy lets them: ${names}.`
      : `These must set a password at the next sign-in, and cannot with this policy (--allow-first-password): ${names}.`,
  ]
}

function describeDevices({ usersWithoutDevice }: PolicyPlan): string[] {
  if (usersWithoutDevice === undefined) {
    return ['Whether these users have MFA devices could not be seen (iam:ListMFADevices).']
  }
  if (usersWithoutDevice.length === 0) return []
  return [
    `Without an authenticator app these can then do nothing but enroll one (mfa-login device enroll): ${formatNames(usersWithoutDevice)}.`,
  ]
}

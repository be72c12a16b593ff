import {
  connectAsAdministrator,
  requestedPrincipal,
  errorContextFor,
} from '../../administration/administrator.ts'
import { optionsFor, type Caller } from '../../administration/caller.ts'
import { describePlan } from '../../administration/describe-plan.ts'
import { planPolicy, type PolicyPlan } from '../../administration/plan-policy.ts'
import { applySteps, describeStep } from '../../administration/steps.ts'
import { changeToJson } from '../../administration/text-change.ts'
import { command } from '../../command.ts'
import { requireConsent } from '../../consent.ts'
import { Failure, THIS_COMMAND, usageFailure } from '../../failure.ts'
import { ADMINISTRATOR, DRY_RUN, JSON_OUTPUT, YES } from '../../options.ts'
import { printJson } from '../../print-json.ts'
import {
  noteOnEnd,
  POLICY_NAME,
  POLICY_OPTIONS,
  preparePolicy,
} from '../../policy/policy-options.ts'
import { describeExcepted } from '../../policy/exceptions.ts'
import { withExplanation } from '../../aws/errors/explain.ts'

export default command({
  about:
    'Creates or updates the managed policy that makes MFA mandatory and attaches it to a group or ' +
    'user. Shows what it will do and asks first.',
  options: {
    group: {
      value: 'NAME',
      about: 'the group to attach it to',
      required: {
        question: 'Which group or user?',
        hint: 'mfa-login policy apply --group NAME or --user NAME',
        unless: 'user',
      },
    },
    user: {
      value: 'NAME',
      about: 'the user to attach it to, instead of a group',
      conflicts: ['group'],
    },
    name: POLICY_NAME,
    ...POLICY_OPTIONS,
    profile: ADMINISTRATOR,
    'dry-run': { ...DRY_RUN, about: 'show the plan, change nothing' },
    yes: YES,
    'allow-lockout': { about: 'apply it even if it locks your own session out' },
    json: JSON_OUTPUT,
  },
  examples: [
    ['mfa-login policy apply --group developers -p admin --dry-run', 'only look'],
    ['mfa-login policy apply --group developers -p admin', 'see the plan, then confirm'],
  ],
  run: async (
    { group, user, name, profile, dryRun, yes, allowLockout, json, ...input },
    context,
  ) => {
    const principal = requestedPrincipal(user, group)
    const now = new Date(context.now())
    const documentFor = preparePolicy(input, now)
    const note = noteOnEnd(input, now)
    if (note !== undefined) context.info(note)
    const admin = await connectAsAdministrator(context, profile)
    const document = documentFor(admin.partition)
    const desired = { principal, name, style: input.style, document, now }
    const errorContext = errorContextFor(admin, principal, dryRun ? 'read' : 'change')
    const plan = await withExplanation(errorContext, async () => planPolicy(admin, desired))
    for (const line of describePlan(plan, admin, optionsFor(principal, admin.caller)))
      context.info(line)
    const { obstacle } = plan
    if (obstacle !== undefined) throw new Failure('refused', obstacle.message, obstacle.remedy)
    const report = (isApplied: boolean): 'ok' => {
      if (json) printJson(context, toJson(plan, admin.account, isApplied))
      return 'ok'
    }
    if (dryRun) context.info('Nothing was changed.')
    if (dryRun || plan.steps.length === 0) return report(false)
    if (plan.locksOut && !allowLockout) {
      throw usageFailure(
        `This would lock your own session out, as it has no MFA: ${admin.arn}.`,
        `mfa-login device enroll${admin.caller.options}, then: ${THIS_COMMAND}; or --allow-lockout`,
      )
    }
    if (!yes) await requireConsent(context, 'Make this change?', `${THIS_COMMAND} --yes`)
    await withExplanation(errorContext, async () =>
      applySteps(admin, plan, (sentence) => context.info(sentence)),
    )
    context.info('Prove it as one of the users: mfa-login policy verify --profile NAME')
    context.info(describeWayBack(plan, admin.caller))
    return report(true)
  },
})

function describeWayBack({ principal, name, steps }: PolicyPlan, caller: Caller): string {
  const remove = `mfa-login policy remove ${optionsFor(principal, caller, name)}`
  const [isReplaced, isNew] = (['create-version', 'attach-policy'] as const).map((kind) =>
    steps.some((step) => step.kind === kind),
  )
  if (isReplaced !== true) return `To go back: ${remove}`
  return `To go back: ${remove} --restore${isNew === true ? ', then the same without --restore' : ''}`
}

function toJson(plan: PolicyPlan, account: string, isApplied: boolean) {
  const { arn, style, principal, usersWithoutDevice, otherMfaDenies, steps, locksOut } = plan
  const { exceptions, exceptedUsers, exceptedWithoutDevice, firstPasswords } = plan
  const { users, ...named } = principal
  return {
    account,
    policy: arn,
    style,
    principal: named,
    users: users.map(({ name }) => name),
    usersWithoutDevice: usersWithoutDevice ?? null,
    usersToSetPassword: firstPasswords ?? null,
    exceptions: exceptions.map((each) => ({ who: describeExcepted(each), until: each.until })),
    exceptedUsers: exceptedUsers ?? null,
    exceptedUsersWithoutDevice: exceptedWithoutDevice ?? null,
    otherMfaDenies: otherMfaDenies ?? null,
    steps: steps.map((step) => ({ kind: step.kind, what: describeStep(step, plan) })),
    ...changeToJson(plan.change),
    locksCallerOut: locksOut,
    isApplied,
  }
}

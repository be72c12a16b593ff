import {
  connectAsAdministrator,
  requestedPrincipal,
  errorContextFor,
} from '../../administration/administrator.ts'
import { planPolicy, type PolicyPlan } from '../../administration/plan-policy.ts'
import { applySteps, describeStep, formatNames } from '../../administration/steps.ts'
import { command } from '../../command.ts'
import { requireConsent } from '../../consent.ts'
import type { Context } from '../../context.ts'
import { usageFailure } from '../../failure.ts'
import { DRY_RUN, JSON_OUTPUT, PROFILE, YES } from '../../options.ts'
import { printJson } from '../../print-json.ts'
import { STYLE, STYLES } from '../../policy/documents.ts'
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
    name: {
      value: 'NAME',
      about: 'the name of the policy',
      default: 'mfa_mandatory',
      parse: checkPolicyName,
    },
    style: STYLE,
    profile: PROFILE,
    'dry-run': { ...DRY_RUN, about: 'show the plan, change nothing' },
    yes: { ...YES, about: 'do not ask, not even if it locks your own session out' },
    json: JSON_OUTPUT,
  },
  examples: [
    ['mfa-login policy apply --group developers -p admin --dry-run', 'only look'],
    ['mfa-login policy apply --group developers -p admin', 'see the plan, then confirm'],
  ],
  run: async ({ group, user, name, style, profile, dryRun, yes, json }, context) => {
    const principal = requestedPrincipal(user, group)
    const admin = await connectAsAdministrator(
      context,
      profile,
      'the same command, which goes on from there',
    )
    const desired = { principal, name, style, document: STYLES[style](admin.partition) }
    const errorContext = errorContextFor(admin, principal)
    const plan = await withExplanation(errorContext, async () => planPolicy(admin, desired))
    showPlan(context, plan, admin.account, optionsFor(principal, profile))
    const report = (isApplied: boolean): 'ok' => {
      if (json) printJson(context, toJson(plan, admin.account, isApplied))
      return 'ok'
    }
    if (dryRun) context.info('Nothing was changed.')
    if (dryRun || plan.steps.length === 0) return report(false)
    if (plan.locksOut && !yes) {
      throw usageFailure(
        `This would lock your own session out, as it has no MFA: ${admin.arn}.`,
        `mfa-login device enroll${optionFor(profile)}, then repeat this, or --yes to lock it out`,
      )
    }
    if (!yes)
      await requireConsent(
        context,
        'Make this change?',
        `mfa-login policy apply --yes ${optionsFor(principal, profile)}`,
      )
    await withExplanation(errorContext, async () =>
      applySteps(admin, plan, (sentence) => context.info(sentence)),
    )
    context.info('Prove it as one of the users: mfa-login policy verify --profile NAME')
    return report(true)
  },
})

function toJson(plan: PolicyPlan, account: string, isApplied: boolean) {
  const { arn, style, principal, users, usersWithoutDevice, steps } = plan
  return {
    account,
    policy: arn,
    style,
    principal,
    users,
    usersWithoutDevice: usersWithoutDevice ?? null,
    steps: steps.map((step) => ({ kind: step.kind, what: describeStep(step, plan) })),
    isApplied,
  }
}

/** IAM API reference, CreatePolicy, PolicyName. */
function checkPolicyName(name: string): string {
  if (/^[\w+=,.@-]{1,128}$/.test(name)) return name
  throw usageFailure(`A policy cannot be called ${JSON.stringify(name)}.`, '--name mfa_mandatory')
}

/** The options that name the principal, and the account by the profile: of suggested commands. */
function optionsFor({ kind, name }: PolicyPlan['principal'], profile: string | undefined): string {
  return `--${kind} ${name}${optionFor(profile)}`
}

function optionFor(profile: string | undefined): string {
  return profile === undefined ? '' : ` --profile ${profile}`
}

function showPlan(context: Context, plan: PolicyPlan, account: string, options: string): void {
  const { steps, name, usersWithoutDevice, otherMfaDenies } = plan
  if (steps.length === 0) {
    context.info(`${name} is as it should be and attached; there is nothing to do.`)
    return
  }
  context.info(`In the account ${account}:`)
  for (const step of steps) context.info(`  ${describeStep(step, plan)}`)
  if (otherMfaDenies.length > 0) {
    context.info(
      `What ${formatNames(otherMfaDenies)} denies without MFA stays denied beside it; all together: mfa-login policy check --live ${options}`,
    )
  }
  if (usersWithoutDevice === undefined) {
    context.info('Whether these users have MFA devices could not be seen (iam:ListMFADevices).')
  } else if (usersWithoutDevice.length > 0) {
    context.info(
      `Without an authenticator app these can then do nothing but enroll one (mfa-login device enroll): ${formatNames(usersWithoutDevice)}.`,
    )
  }
}

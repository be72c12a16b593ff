import {
  connectAsAdministrator,
  requestedPrincipal,
  errorContextFor,
} from '../../administration/administrator.ts'
import { planPolicy, type PolicyPlan } from '../../administration/plan-policy.ts'
import { applySteps, describeStep, formatNames } from '../../administration/steps.ts'
import { command, PROFILE } from '../../command.ts'
import { requireConsent } from '../../consent.ts'
import type { Context } from '../../context.ts'
import { usageFailure } from '../../failure.ts'
import { policyOfStyle, STYLE } from '../../policy/styles.ts'
import { withExplanation } from '../../aws/errors/explain.ts'

export default command({
  about:
    'Creates or updates the managed policy that makes MFA mandatory and attaches it to a group or\n' +
    'user. Shows what it will do and asks first.',
  options: {
    group: { value: 'NAME', about: 'the group to attach it to' },
    user: { value: 'NAME', about: 'or the user' },
    name: { value: 'NAME', about: 'the policy’s name; default mfa_mandatory' },
    style: STYLE,
    profile: PROFILE,
    'dry-run': { about: 'show the plan, change nothing' },
    yes: { short: 'y', about: 'do not ask, and go on where it locks your own session out' },
  },
  examples: [
    ['mfa-login policy apply --group developers -p admin --dry-run', 'only look'],
    ['mfa-login policy apply --group developers -p admin', 'see the plan, then agree'],
  ],
  parse: ({ group, user, style = 'strict', ...rest }) => {
    const { name = 'mfa_mandatory', profile, 'dry-run': dryRun = false, yes = false } = rest
    const principal = requestedPrincipal(user, group)
    if (principal === undefined) {
      throw usageFailure('Attached to whom?', 'mfa-login policy apply --group NAME or --user NAME')
    }
    // IAM API reference, CreatePolicy, PolicyName.
    if (!/^[\w+=,.@-]{1,128}$/.test(name)) {
      throw usageFailure(
        `A policy cannot be called ${JSON.stringify(name)}.`,
        '--name mfa_mandatory',
      )
    }
    return { principal, name, style, policyOf: policyOfStyle(style), profile, dryRun, yes }
  },
  run: async ({ principal, name, style, policyOf, profile, dryRun, yes }, context) => {
    const admin = await connectAsAdministrator(
      context,
      profile,
      'the same command, which goes on from there',
    )
    const document = policyOf(admin.partition)
    const desired = { principal, name, style, document }
    const errorContext = errorContextFor(admin, principal)
    const plan = await withExplanation(errorContext, async () => planPolicy(admin, desired))
    showPlan(context, plan, admin.account)
    if (dryRun || plan.steps.length === 0) return 'ok'
    if (plan.locksOut && !yes) {
      throw usageFailure(
        `This would lock your own session out, as it has no MFA: ${admin.arn}.`,
        'mfa-login device enroll first, or --yes to lock it out',
      )
    }
    if (!yes)
      await requireConsent(
        context,
        'Make this change?',
        `mfa-login policy apply --yes --${principal.kind} ${principal.name}`,
      )
    await withExplanation(errorContext, async () =>
      applySteps(admin, plan, (sentence) => context.info(sentence)),
    )
    context.info('Prove it as one of the users: mfa-login policy verify --profile NAME')
    return 'ok'
  },
})

function showPlan(context: Context, plan: PolicyPlan, account: string): void {
  const { steps, name, principal, usersWithoutDevice, otherMfaDenies } = plan
  if (steps.length === 0) {
    context.info(`${name} is as it should be and attached; there is nothing to do.`)
    return
  }
  context.info(`In the account ${account}:`)
  for (const step of steps) context.info(`  ${describeStep(step, plan)}`)
  if (otherMfaDenies.length > 0) {
    context.info(
      `What ${formatNames(otherMfaDenies)} denies without MFA stays denied beside it; all together: mfa-login policy check --live --${principal.kind} ${principal.name}`,
    )
  }
  if (usersWithoutDevice === undefined) {
    context.info('Whether these users have MFA devices could not be seen (iam:ListMFADevices).')
  } else if (usersWithoutDevice.length > 0) {
    context.info(
      `Without an authenticator app these can then do nothing but enrol one (mfa-login device enroll): ${formatNames(usersWithoutDevice)}.`,
    )
  }
}

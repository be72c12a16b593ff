import {
  connectAsAdministrator,
  errorContextFor,
  requestedPrincipal,
} from '../../administration/administrator.ts'
import { changeToJson } from '../../administration/text-change.ts'
import {
  describeRemoval,
  planPolicyRemoval,
  requireSameUses,
  type Removal,
} from '../../administration/plan-removal.ts'
import { applySteps, describeStep } from '../../administration/steps.ts'
import { withExplanation } from '../../aws/errors/explain.ts'
import { command } from '../../command.ts'
import { requireConsent } from '../../consent.ts'
import { Failure, THIS_COMMAND } from '../../failure.ts'
import { optionsFor } from '../../administration/caller.ts'
import { ADMINISTRATOR, DRY_RUN, JSON_OUTPUT, YES } from '../../options.ts'
import { printJson } from '../../print-json.ts'
import { POLICY_NAME } from '../../policy/policy-options.ts'

export default command({
  about:
    'Takes the managed policy that makes MFA mandatory from a group or user, and deletes it with its versions where ' +
    'nothing else has it and mfa-login created it. Shows what it will do and asks first.',
  options: {
    group: {
      value: 'NAME',
      about: 'the group to detach it from',
      required: {
        question: 'Which group or user?',
        hint: 'mfa-login policy remove --group NAME or --user NAME',
        unless: 'user',
      },
    },
    user: {
      value: 'NAME',
      about: 'the user to detach it from, instead of a group',
      conflicts: ['group'],
    },
    name: POLICY_NAME,
    restore: {
      about:
        'detach nothing: make the version before the last "policy apply" the default again, and delete newer ones',
    },
    profile: ADMINISTRATOR,
    'dry-run': { ...DRY_RUN, about: 'show the plan, change nothing' },
    yes: YES,
    json: JSON_OUTPUT,
  },
  examples: [
    ['mfa-login policy remove --group developers -p admin', 'see the plan, then confirm'],
    ['mfa-login policy remove --group developers -p admin --restore', 'take the last change back'],
  ],
  run: async ({ group, user, name, restore, profile, dryRun, yes, json }, context) => {
    const principal = requestedPrincipal(user, group)
    const admin = await connectAsAdministrator(context, profile)
    const errorContext = errorContextFor(admin, principal, dryRun ? 'read' : 'change')
    const removal = await withExplanation(errorContext, async () =>
      planPolicyRemoval(admin, { principal, name, restore, now: new Date(context.now()) }),
    )
    const options = optionsFor(principal, admin.caller)
    for (const line of describeRemoval(removal, admin, options)) context.info(line)
    const { obstacle } = removal
    if (obstacle !== undefined) throw new Failure('refused', obstacle.message, obstacle.remedy)
    const report = (isApplied: boolean): 'ok' => {
      if (json) printJson(context, toJson(removal, admin.account, isApplied))
      return 'ok'
    }
    if (dryRun) context.info('Nothing was changed.')
    if (dryRun || removal.steps.length === 0) return report(false)
    if (!yes) await requireConsent(context, 'Make this change?', `${THIS_COMMAND} --yes`)
    await withExplanation(errorContext, async () => {
      await requireSameUses(admin, removal)
      await applySteps(admin, removal, (sentence) => context.info(sentence))
    })
    return report(true)
  },
})

function toJson(removal: Removal, account: string, isApplied: boolean) {
  const { arn, principal, otherMfaDenies, blocksEnrollment, steps, change } = removal
  const { users, ...named } = principal
  return {
    account,
    policy: arn,
    principal: named,
    users: users.map(({ name }) => name),
    otherMfaDenies: otherMfaDenies ?? null,
    blocksEnrollment,
    steps: steps.map((step) => ({ kind: step.kind, what: describeStep(step, removal) })),
    ...changeToJson(change),
    isApplied,
  }
}

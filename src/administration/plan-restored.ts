import { Failure } from '../failure.ts'
import type { Administrator } from './administrator.ts'
import { isOwnVersion } from './own-policy.ts'
import { planRestoration, type ExistingPolicy, type PolicyStep } from './plan.ts'
import { NO_CHANGE, readTextChange, type Owner, type TextChange } from './text-change.ts'

interface Restored {
  readonly steps: readonly PolicyStep[]
  readonly change: TextChange
}

/** Throws a Failure if there is nothing to restore, or a version of somebody else is in the way. */
export async function planRestored(
  admin: Administrator,
  existing: ExistingPolicy | undefined,
  owner: Owner,
  name: string,
): Promise<Restored> {
  const { kind, name: ownerName } = owner.principal
  const without = `mfa-login policy remove --${kind} ${ownerName}, without --restore`
  if (existing === undefined || !owner.isAttached) {
    throw new Failure('refused', `The ${kind} ${ownerName} does not have ${name}.`, without)
  }
  const plan = planRestoration(existing)
  if (plan === undefined) {
    throw new Failure('refused', `${name} has no version before its default version.`, without)
  }
  const { steps, restored, unproven } = plan
  const texts = await Promise.all(
    unproven.map(async (id) => ({ id, text: await admin.aws.policyText(existing.arn, id) })),
  )
  const foreign = texts.find(({ text }) => !isOwnVersion(text))
  if (foreign !== undefined) throw foreignVersion(existing, foreign.id, restored !== undefined)
  const target = texts.find(({ id }) => id === restored)
  const change =
    target === undefined ? NO_CHANGE : await readTextChange(admin, existing, target.text, owner)
  return { steps, change }
}

function foreignVersion({ arn }: ExistingPolicy, id: string, isRestored: boolean): Failure {
  const [what, action] = isRestored
    ? ['made the default version', 'set-default-policy-version']
    : ['deleted', 'delete-policy-version']
  return new Failure(
    'refused',
    `Version ${id} of ${arn} is none that mfa-login writes, so it is not ${what}.`,
    `aws iam get-policy-version --policy-arn ${arn} --version-id ${id}, and if that is right, aws iam ${action} with the same options`,
  )
}

import type { Principal } from '../aws/iam-api.ts'
import { Failure } from '../failure.ts'
import type { Administrator } from './administrator.ts'
import { diffPolicies } from './line-diff.ts'
import { isOwnVersion } from './own-policy.ts'
import { planRestoration, type ExistingPolicy, type PolicyStep } from './plan.ts'

interface Restored {
  readonly steps: readonly PolicyStep[]
  readonly diff: readonly string[]
}

/** Throws a Failure if there is nothing to restore, or a version of somebody else is in the way. */
export async function planRestored(
  { aws }: Administrator,
  existing: ExistingPolicy | undefined,
  isAttached: boolean,
  { principal: { kind, name: owner }, name }: { principal: Principal; name: string },
): Promise<Restored> {
  const without = `mfa-login policy remove --${kind} ${owner}, without --restore`
  if (existing === undefined || !isAttached) {
    throw new Failure('refused', `The ${kind} ${owner} does not have ${name}.`, without)
  }
  const plan = planRestoration(existing)
  if (plan === undefined) {
    throw new Failure('refused', `${name} has no version before its default version.`, without)
  }
  const { steps, restored, unproven } = plan
  const texts = await Promise.all(
    unproven.map(async (id) => ({ id, text: await aws.policyText(existing.arn, id) })),
  )
  const foreign = texts.find(({ text }) => !isOwnVersion(text))
  if (foreign !== undefined) throw foreignVersion(existing, foreign.id, restored !== undefined)
  const target = texts.find(({ id }) => id === restored)
  return { steps, diff: target === undefined ? [] : diffPolicies(existing.text, target.text) }
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

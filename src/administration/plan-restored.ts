import type { Principal } from '../aws/iam-api.ts'
import { Failure } from '../failure.ts'
import type { Administrator } from './administrator.ts'
import { nameOption, optionsFor, type Caller } from './caller.ts'
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
  if (existing === undefined || !owner.isAttached)
    throw notAttached(admin.caller, owner.principal, name)
  const plan = planRestoration(existing)
  if (plan === undefined) {
    const remove = `mfa-login policy remove ${optionsFor(owner.principal, admin.caller, name)}`
    const message = `${name} has no version before its default version.`
    throw new Failure('refused', message, `${remove}, which detaches it`)
  }
  const { steps, restored, unproven } = plan
  const texts = await Promise.all(
    unproven.map(async (id) => ({ id, text: await admin.aws.policyText(existing.arn, id) })),
  )
  const foreign = texts.find(({ text }) => !isOwnVersion(text))
  if (foreign !== undefined) throw foreignVersion(admin.caller, existing, foreign.id, restored)
  const target = texts.find(({ id }) => id === restored)
  const change =
    target === undefined ? NO_CHANGE : await readTextChange(admin, existing, target.text, owner)
  return { steps, change }
}

function notAttached(caller: Caller, { kind, name: owner }: Principal, name: string): Failure {
  const list = `${caller.aws} iam list-attached-${kind}-policies ${nameOption(`${kind}-name`, owner, caller)}`
  const message = `The ${kind} ${owner} does not have ${name}.`
  return new Failure('refused', message, `${list}, which shows what it has`)
}

function foreignVersion(
  caller: Caller,
  { arn }: ExistingPolicy,
  id: string,
  restored: string | undefined,
): Failure {
  const [what, action] =
    restored === undefined
      ? ['deleted', 'delete-policy-version']
      : ['made the default version', 'set-default-policy-version']
  const [look, act] = ['get-policy-version', action].map(
    (each) => `${caller.aws} iam ${each} --policy-arn ${arn} --version-id ${id}`,
  )
  return new Failure(
    'refused',
    `Version ${id} of ${arn} is none that mfa-login writes, so it is not ${what}.`,
    `${look}, and if that is right: ${act}`,
  )
}

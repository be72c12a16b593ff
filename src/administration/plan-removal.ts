import type { Principal } from '../aws/iam-api.ts'
import { Failure, THIS_COMMAND } from '../failure.ts'
import { checkForAll } from '../policy/check-policies.ts'
import type { NamedPolicy } from '../policy/evaluate.ts'
import { iamArn, type Subject } from '../policy/subject.ts'
import type { Administrator } from './administrator.ts'
import type { Caller } from './caller.ts'
import { describeChange, describeDenies } from './describe-plan.ts'
import { findPolicy } from './existing-policy.ts'
import { detachCommand, foreignPolicy, type Obstacle } from './obstacle.ts'
import { namesOfGates, readOtherPolicies } from './other-policies.ts'
import { hasMark } from './own-policy.ts'
import { planRestored } from './plan-restored.ts'
import { planRemoval, usesOf } from './plan.ts'
import { readPrincipal, subjectsOf } from './principals.ts'
import { describeStep, formatNames, type PolicyChange } from './steps.ts'
import { NO_CHANGE, type TextChange } from './text-change.ts'

export interface Removal extends PolicyChange {
  readonly obstacle: Obstacle | undefined
  /** What changes in a policy that stays. */
  readonly change: TextChange
  /** Other policies of the principal with an MFA Deny, which stays in effect; undefined if they cannot be read. */
  readonly otherMfaDenies: readonly string[] | undefined
  /** Whether these deny everything else without MFA, and none of those that stay allows enrolling a device. */
  readonly blocksEnrollment: boolean
  /** Users, groups and roles that had the policy when the plan was made. */
  readonly uses: number
  /** Those besides the principal. */
  readonly others: number
  /** Whether the policy stays because mfa-login did not create it. */
  readonly isForeign: boolean
}

interface Request {
  readonly principal: Principal
  readonly name: string
  /** Whether to take back the last version instead. */
  readonly restore: boolean
  readonly now: Date
}

/** Reads the account and plans what to take back; changes nothing. */
export async function planPolicyRemoval(admin: Administrator, request: Request): Promise<Removal> {
  const { name, restore, now } = request
  const principal = await readPrincipal(admin, request.principal)
  const attached = await admin.aws.attachedPolicies(principal)
  const existing = await findPolicy(admin, attached, name)
  const arn = existing?.arn ?? iamArn(admin, `policy/${name}`)
  const isAttached = attached.some((each) => each.arn === arn)
  const { steps, change } = restore
    ? await planRestored(admin, existing, { principal, isAttached, now }, name)
    : { steps: planRemoval(existing, { isAttached }), change: NO_CHANGE }
  const staying = await readOtherPolicies(
    admin,
    principal,
    (each, owner) => each === arn && owner === principal,
  )
  const uses = existing === undefined ? 0 : usesOf(existing)
  const detach = detachCommand(admin.caller, principal, arn)
  return {
    name,
    principal,
    arn,
    steps,
    change,
    obstacle: steps.length === 0 ? undefined : foreignPolicy(existing, detach),
    otherMfaDenies: namesOfGates(staying),
    blocksEnrollment: isEnrollmentBlocked(staying, (policies) =>
      subjectsOf(admin, principal.users, policies, now),
    ),
    uses,
    others: Math.max(0, uses - (isAttached ? 1 : 0)),
    isForeign: existing !== undefined && !hasMark(existing),
  }
}

function isEnrollmentBlocked(
  policies: readonly NamedPolicy[] = [],
  subjectsFor: (policies: readonly NamedPolicy[]) => readonly Subject[],
): boolean {
  return checkForAll(policies, subjectsFor(policies), { isComplete: true }).some(
    ({ code }) => code === 'enrolment-not-allowed',
  )
}

/** Throws a Failure if somebody else has got the policy since the plan was made, before its versions are deleted. */
export async function requireSameUses(
  { aws }: Administrator,
  { arn, name, steps, uses }: Removal,
): Promise<void> {
  if (!steps.some(({ kind }) => kind === 'delete-policy')) return
  const now = await aws.managedPolicy(arn)
  if (now === undefined || usesOf(now) <= uses) return
  throw new Failure(
    'refused',
    `${name} was attached to somebody else in the meantime, so nothing was changed.`,
    `${THIS_COMMAND}, for a new plan`,
  )
}

/** The lines of a plan; `options` name its principal and profile in commands. */
export function describeRemoval(
  removal: Removal,
  { account, caller }: Administrator,
  options: string,
): string[] {
  const { name, principal, steps } = removal
  if (steps.length === 0) {
    return [
      `The ${principal.kind} ${principal.name} does not have ${name}; there is nothing to do.`,
    ]
  }
  return [
    `In the account ${account}:`,
    ...steps.map((step) => `  ${describeStep(step, removal)}`),
    ...describeChange(removal, caller),
    ...describeEffect(removal, caller, options),
  ]
}

function describeEffect(removal: Removal, caller: Caller, options: string): string[] {
  const { steps, otherMfaDenies, principal } = removal
  if (!steps.some(({ kind }) => kind === 'detach-policy')) return []
  const users = formatNames(principal.users.map((user) => user.name)) || 'nobody yet'
  const open =
    otherMfaDenies?.length === 0
      ? [`By this ${principal.kind}, no other policy then requires MFA of: ${users}.`]
      : describeDenies({ otherMfaDenies }, options)
  return [...describeKept(removal, caller), ...open, ...describeLockout(removal, users)]
}

function describeKept({ name, arn, others, isForeign }: Removal, caller: Caller): string[] {
  if (others > 0) {
    const whom = others === 1 ? 'group or user' : 'groups or users'
    return [`${name} stays as it is for ${others} other ${whom}.`]
  }
  if (!isForeign) return []
  return [
    `${name} stays in the account, as mfa-login did not create it. To delete it: ${caller.aws} iam delete-policy --policy-arn ${arn}`,
  ]
}

function describeLockout(
  { blocksEnrollment, otherMfaDenies = [], principal: { kind } }: Removal,
  users: string,
): string[] {
  if (!blocksEnrollment) return []
  const unless = kind === 'group' ? ', unless another of their policies does' : ''
  return [
    `This locks out who has no MFA device: beside ${formatNames(otherMfaDenies)} no policy of this ${kind} then allows enrolling one${unless}. It is about: ${users}.`,
  ]
}

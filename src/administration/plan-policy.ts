import type { Principal } from '../aws/iam-api.ts'
import type { PolicyDocument } from '../policy/document.ts'
import { FIRST_PASSWORD } from '../policy/documents.ts'
import type { PolicyException } from '../policy/exceptions.ts'
import { exempts } from '../policy/mfa-deny.ts'
import { iamArn } from '../policy/subject.ts'
import type { Administrator } from './administrator.ts'
import { findAffectedUsers, type AffectedUsers } from './affected-users.ts'
import { exceptionsOf, findExceptedUsers, mfaDeniesOf } from './excepted-users.ts'
import { findPolicy } from './existing-policy.ts'
import { namesOfGates, readOtherPolicies } from './other-policies.ts'
import { planSteps, type PolicyStep } from './plan.ts'
import { readPrincipal, readUser, type KnownPrincipal } from './principals.ts'
import { readQuotas } from './quotas.ts'
import { findObstacle, type Obstacle } from './obstacle.ts'
import { usersOf } from './shared-with.ts'
import { NO_CHANGE, readTextChange, type TextChange } from './text-change.ts'

/** The policy that a group or user should have. */
interface DesiredPolicy {
  readonly name: string
  readonly style: string
  readonly document: PolicyDocument
  readonly principal: Principal
  readonly now: Date
}

export interface PolicyPlan extends DesiredPolicy, AffectedUsers {
  readonly principal: KnownPrincipal
  readonly arn: string
  readonly steps: readonly PolicyStep[]
  /** What changes in a policy that exists. */
  readonly change: TextChange
  /** Why the steps cannot or may not be taken. */
  readonly obstacle: Obstacle | undefined
  /** Whether the policy lets users set a first password. */
  readonly allowsFirstPassword: boolean
  readonly exceptions: readonly PolicyException[]
  /** Other policies of the principal with an MFA Deny, which stays in effect; undefined if they cannot be read. */
  readonly otherMfaDenies: readonly string[] | undefined
  /** Whether the policy will deny the caller's own session, as it has no MFA. */
  readonly locksOut: boolean
}

/** Reads the account and plans what to change; changes nothing. */
export async function planPolicy(
  admin: Administrator,
  desired: DesiredPolicy,
): Promise<PolicyPlan> {
  const { aws, debug } = admin
  const { name, document, now } = desired
  const principal = await readPrincipal(admin, desired.principal)
  const attached = await aws.attachedPolicies(principal)
  const existing = await findPolicy(admin, attached, name)
  const arn = existing?.arn ?? iamArn(admin, `policy/${name}`)
  debug.log(
    `read ${principal.arn}: users ${principal.users.length}, attached policies ${attached.length}, versions of ${arn} ${existing?.versions.length ?? 0}`,
  )
  const quotas = await readQuotas(admin)
  const isAttached = attached.some((each) => each.arn === arn)
  const mostVersions = quotas.VersionsPerPolicyQuota
  const steps = planSteps(existing, document, { isAttached, mostVersions })
  const isReplaced = steps.some(({ kind }) => kind === 'create-version')
  const owner = { principal, isAttached, now }
  const change =
    isReplaced && existing !== undefined
      ? await readTextChange(admin, existing, JSON.stringify(document), owner)
      : NO_CHANGE
  const users = usersOf([principal, ...(change.sharedWith?.principals ?? [])])
  const denies = mfaDeniesOf(document)
  return {
    ...desired,
    ...(await findAffectedUsers(admin, users, document, now)),
    principal,
    arn,
    steps,
    change,
    obstacle: findObstacle({
      caller: admin.caller,
      steps,
      existing,
      document,
      principal,
      attached,
      quotas,
    }),
    allowsFirstPassword: FIRST_PASSWORD.every((action) =>
      denies.every((at) => exempts(at, action)),
    ),
    exceptions: exceptionsOf(document),
    otherMfaDenies: namesOfGates(await readOtherPolicies(admin, principal, (each) => each === arn)),
    locksOut:
      steps.length > 0 &&
      !admin.hasMfa &&
      (await appliesToCaller(admin, principal, arn)) &&
      !(await isCallerExcepted(admin, desired)),
  }
}

/** Through the planned attachment, or through one that the policy has already. */
async function appliesToCaller(
  { aws, user }: Administrator,
  { users }: KnownPrincipal,
  arn: string,
): Promise<boolean> {
  if (user === undefined) return false
  if (users.some(({ name }) => name === user.name)) return true
  const groups = (await aws.groupsOf(user.name)).map((name) => ({ kind: 'group' as const, name }))
  const attached = await Promise.all(
    [user, ...groups].map(async (principal) => aws.attachedPolicies(principal)),
  )
  return attached.flat().some((policy) => policy.arn === arn)
}

async function isCallerExcepted(
  admin: Administrator,
  { document, now }: DesiredPolicy,
): Promise<boolean> {
  const caller = readUser(admin.arn)
  const excepted = await findExceptedUsers(admin, [caller], document, now)
  return excepted?.includes(caller.name) === true
}

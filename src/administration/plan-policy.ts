import type { Principal } from '../aws/iam-api.ts'
import type { PolicyDocument } from '../policy/document.ts'
import { FIRST_PASSWORD } from '../policy/documents.ts'
import { exceptionsIn, type PolicyException } from '../policy/exceptions.ts'
import { exempts, isMfaDeny, locateStatements } from '../policy/mfa-deny.ts'
import { iamArn } from '../policy/subject.ts'
import type { Administrator } from './administrator.ts'
import { diffPolicies } from './line-diff.ts'
import { findExceptedUsers } from './excepted-users.ts'
import { findPolicy } from './existing-policy.ts'
import { findFirstPasswords } from './first-passwords.ts'
import { namesOfGates, readOtherPolicies } from './other-policies.ts'
import { planSteps, type PolicyStep } from './plan.ts'
import { readPrincipal, type KnownPrincipal } from './principals.ts'
import { readQuotas } from './quotas.ts'
import { findObstacle, type Obstacle } from './obstacle.ts'
import { findUsersWithoutDevice } from './users-without-device.ts'

/** The policy that a group or user should have. */
interface DesiredPolicy {
  readonly name: string
  readonly style: string
  readonly document: PolicyDocument
  readonly principal: Principal
  readonly now: Date
}

export interface PolicyPlan extends DesiredPolicy {
  readonly principal: KnownPrincipal
  readonly arn: string
  readonly steps: readonly PolicyStep[]
  /** What changes in the text of a policy that exists, line by line. */
  readonly diff: readonly string[]
  /** Why the steps cannot or may not be taken. */
  readonly obstacle: Obstacle | undefined
  /** The users the policy will apply to who have no MFA device; undefined if devices may not be listed. */
  readonly usersWithoutDevice: readonly string[] | undefined
  /** Those of them who must set a password at the next sign-in; undefined if that may not be read. */
  readonly firstPasswords: readonly string[] | undefined
  /** Whether the policy lets these set it. */
  readonly allowsFirstPassword: boolean
  readonly exceptions: readonly PolicyException[]
  /** The users whom the policy leaves out today; undefined if tags matter and may not be read. */
  readonly exceptedUsers: readonly string[] | undefined
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
  const { name, document } = desired
  const principal = await readPrincipal(admin, desired.principal)
  const attached = await aws.attachedPolicies(principal)
  const existing = await findPolicy(admin, attached, name)
  const arn = existing?.arn ?? iamArn(admin, `policy/${name}`)
  debug.log(
    `read ${principal.arn}: users ${principal.users.length}, attached policies ${attached.length}, versions of ${arn} ${existing?.versions.length ?? 0}`,
  )
  const quotas = await readQuotas(admin)
  const steps = planSteps(existing, document, {
    isAttached: attached.some((each) => each.arn === arn),
    mostVersions: quotas.VersionsPerPolicyQuota,
  })
  const users = principal.users.map((user) => user.name)
  const usersWithoutDevice = await findUsersWithoutDevice(admin, users)
  const denies = locateStatements([{ name, document }]).filter(isMfaDeny)
  const exceptions = exceptionsIn(denies)
  const isReplaced = steps.some(({ kind }) => kind === 'create-version')
  return {
    ...desired,
    principal,
    arn,
    steps,
    diff:
      isReplaced && existing !== undefined
        ? diffPolicies(existing.text, JSON.stringify(document))
        : [],
    obstacle: findObstacle({ steps, existing, document, principal, attached, quotas }),
    usersWithoutDevice,
    firstPasswords: await findFirstPasswords(admin, usersWithoutDevice ?? users),
    allowsFirstPassword: FIRST_PASSWORD.every((action) =>
      denies.every((at) => exempts(at, action)),
    ),
    exceptions,
    exceptedUsers: await findExceptedUsers(admin, principal.users, exceptions, desired),
    otherMfaDenies: namesOfGates(await readOtherPolicies(admin, principal, (each) => each === arn)),
    locksOut: steps.length > 0 && !admin.hasMfa && (await appliesToCaller(admin, principal, arn)),
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

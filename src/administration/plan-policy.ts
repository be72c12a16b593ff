import { AwsError } from '../aws/api.ts'
import type { PolicyCalls, Principal } from '../aws/iam-api.ts'
import { Failure } from '../failure.ts'
import { isSecurityKey } from '../mfa/serial.ts'
import type { PolicyDocument } from '../policy/document.ts'
import { isMfaDeny, locateStatements } from '../policy/mfa-deny.ts'
import { iamArn } from '../policy/subject.ts'
import type { Administrator } from './administrator.ts'
import { readEffectivePolicies } from './effective-policies.ts'
import { planSteps, type ExistingPolicy, type PolicyStep } from './plan.ts'

/** The policy that a group or user should have. */
interface DesiredPolicy {
  readonly name: string
  readonly style: string
  readonly document: PolicyDocument
  readonly principal: Principal
}

export interface PolicyPlan extends DesiredPolicy {
  readonly arn: string
  readonly steps: readonly PolicyStep[]
  /** The users the policy will apply to. */
  readonly users: readonly string[]
  /** The users among them without an MFA device; undefined if the caller may not list devices. */
  readonly usersWithoutDevice: readonly string[] | undefined
  /** Other policies of the principal with an MFA Deny, which stays in effect. */
  readonly otherMfaDenies: readonly string[]
  /** Whether the policy will deny the caller's own session, as it has no MFA. */
  readonly locksOut: boolean
}

/** Reads the account and plans what to change; changes nothing. */
export async function planPolicy(
  admin: Administrator,
  desired: DesiredPolicy,
): Promise<PolicyPlan> {
  const { aws, debug } = admin
  const { name, principal, document } = desired
  const users = principal.kind === 'user' ? [principal.name] : await aws.membersOf(principal.name)
  const attached = await aws.attachedPolicies(principal)
  const attachment = attached.find((each) => each.name === name)
  const arn = attachment?.arn ?? iamArn(admin, `policy/${name}`)
  const existing = await readExistingPolicy(aws, arn)
  debug.log(
    `read ${principal.kind} ${principal.name}: users ${users.length}, attached policies ${attached.length}, versions of ${arn} ${existing?.versions.length ?? 0}`,
  )
  const steps = planSteps(existing, document, attachment !== undefined)
  return {
    ...desired,
    arn,
    steps,
    users,
    usersWithoutDevice: await findUsersWithoutDevice(admin, users),
    otherMfaDenies: await findOtherMfaDenies(admin, desired),
    locksOut: steps.length > 0 && !admin.hasMfa && (await appliesToCaller(admin, users, arn)),
  }
}

async function readExistingPolicy(
  aws: PolicyCalls,
  arn: string,
): Promise<ExistingPolicy | undefined> {
  const policy = await aws.managedPolicy(arn)
  if (policy === undefined) return undefined
  const [text, versions] = await Promise.all([
    aws.policyText(arn, policy.defaultVersion),
    aws.policyVersions(arn),
  ])
  return { ...policy, text, versions }
}

/** None if they cannot be read: the plan only mentions them. */
async function findOtherMfaDenies(
  admin: Administrator,
  { principal, name }: DesiredPolicy,
): Promise<string[]> {
  try {
    const policies = await readEffectivePolicies(admin, principal)
    return policies
      .filter((policy) => policy.name !== name && locateStatements([policy]).some(isMfaDeny))
      .map((policy) => policy.name)
  } catch (error) {
    if (!(error instanceof AwsError || error instanceof Failure)) throw error
    admin.debug.log(`other policies of ${principal.name} cannot be read: ${error.message}`)
    return []
  }
}

/** A user with only security keys cannot get a session either. Asks one by one, as IAM throttles. */
async function findUsersWithoutDevice(
  { aws, debug }: Administrator,
  users: readonly string[],
): Promise<string[] | undefined> {
  const without: string[] = []
  try {
    for (const user of users) {
      if ((await aws.listMfaDevices(user)).every(isSecurityKey)) without.push(user)
    }
    return without
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    debug.log(`the users' MFA devices cannot be listed (${error.code})`)
    return undefined
  }
}

/** Through the planned attachment, or through one that the policy has already. */
async function appliesToCaller(
  { aws, user }: Administrator,
  users: readonly string[],
  arn: string,
): Promise<boolean> {
  if (user === undefined) return false
  if (users.includes(user.name)) return true
  const groups = (await aws.groupsOf(user.name)).map((name) => ({ kind: 'group' as const, name }))
  const attached = await Promise.all(
    [user, ...groups].map(async (principal) => aws.attachedPolicies(principal)),
  )
  return attached.flat().some((policy) => policy.arn === arn)
}

import { AwsError } from '../aws/api.ts'
import { Failure } from '../failure.ts'
import type { PolicyCalls, Principal } from '../aws/iam-api.ts'
import { isSecurityKey } from '../mfa/serial.ts'
import type { PolicyDocument } from '../policy/document.ts'
import { isGate, statementsOf } from '../policy/gate.ts'
import { iamArn } from '../policy/subject.ts'
import type { Administrator } from './administrator.ts'
import { readEffectivePolicies } from './effective-policies.ts'
import { planOf, type Existing, type Step } from './plan.ts'

export interface PolicyRequest {
  readonly name: string
  readonly style: string
  readonly document: PolicyDocument
  readonly principal: Principal
}

export interface PolicyPlan extends PolicyRequest {
  readonly arn: string
  readonly steps: readonly Step[]
  /** The users the policy will then hold for. */
  readonly users: readonly string[]
  /** Those of them who have no MFA device yet; undefined where that may not be asked. */
  readonly withoutDevice: readonly string[] | undefined
  /** Other policies of the group or user with a Deny that looks at MFA; what they deny stays denied. */
  readonly otherGates: readonly string[]
  /** Whether the caller's own session would be refused from then on. */
  readonly locksOut: boolean
}

/** Looks at the account; changes nothing. */
export async function planPolicy(admin: Administrator, wish: PolicyRequest): Promise<PolicyPlan> {
  const { aws } = admin
  const { name, principal, document } = wish
  const users = principal.kind === 'user' ? [principal.name] : await aws.membersOf(principal.name)
  const attached = await aws.attachedPolicies(principal)
  const found = attached.find((each) => each.name === name)
  const arn = found?.arn ?? iamArn(admin, `policy/${name}`)
  const steps = planOf(await existingOf(aws, arn), document, found !== undefined)
  return {
    ...wish,
    arn,
    steps,
    users,
    withoutDevice: await withoutDevice(admin, users),
    otherGates: await otherGates(aws, wish),
    locksOut: steps.length > 0 && !admin.hasMfa && (await reachesCaller(admin, users, arn)),
  }
}

/** None where they cannot be seen or read: it is only said for the person's information. */
async function otherGates(aws: PolicyCalls, { principal, name }: PolicyRequest): Promise<string[]> {
  try {
    const others = (await readEffectivePolicies(aws, principal)).filter(
      (each) => each.name !== name,
    )
    return others.filter((each) => statementsOf([each]).some(isGate)).map((each) => each.name)
  } catch (error) {
    if (error instanceof AwsError || error instanceof Failure) return []
    throw error
  }
}

async function existingOf(aws: PolicyCalls, arn: string): Promise<Existing | undefined> {
  const policy = await aws.managedPolicy(arn)
  if (policy === undefined) return undefined
  const [text, versions] = await Promise.all([
    aws.policyText(arn, policy.defaultVersion),
    aws.policyVersions(arn),
  ])
  return { ...policy, text, versions }
}

async function withoutDevice(
  { aws }: Administrator,
  users: readonly string[],
): Promise<string[] | undefined> {
  const without: string[] = []
  try {
    // One after the other, as IAM throttles.
    for (const user of users) {
      // One with security keys only gets no session either.
      if ((await aws.listMfaDevices(user)).every(isSecurityKey)) without.push(user)
    }
    return without
  } catch (error) {
    if (error instanceof AwsError) return undefined
    throw error
  }
}

/** Also through another attachment of the policy than the one that is asked for. */
async function reachesCaller(
  { aws, user }: Administrator,
  users: readonly string[],
  arn: string,
): Promise<boolean> {
  if (user === undefined) return false
  if (users.includes(user.name)) return true
  const groups = (await aws.groupsOf(user.name)).map((name) => ({ kind: 'group' as const, name }))
  const attached = await Promise.all(
    [user, ...groups].map(async (each) => aws.attachedPolicies(each)),
  )
  return attached.flat().some((each) => each.arn === arn)
}

/** Carries a project out step by step; `tell` hears of every step that is done. */
export async function applySteps(
  { aws }: Administrator,
  project: PolicyPlan,
  tell: (done: string) => void,
): Promise<void> {
  const { name, arn, document, principal } = project
  const text = JSON.stringify(document, undefined, 2)
  for (const step of project.steps) {
    switch (step.kind) {
      case 'create':
        await aws.createPolicy(name, text)
        break
      case 'prune':
        await aws.deletePolicyVersion(arn, step.version)
        break
      case 'update':
        await aws.createPolicyVersion(arn, text)
        break
      case 'attach':
        await aws.attachPolicy(principal, arn)
    }
    tell(`Done: ${describeStep(step, project)}.`)
  }
}

export function describeStep(step: Step, { name, style, principal, users }: PolicyPlan): string {
  switch (step.kind) {
    case 'create':
      return `create the managed policy ${name} (${style})`
    case 'prune':
      return `delete version ${step.version} of ${name}, the oldest, as AWS keeps five`
    case 'update':
      return `make the ${style} form the new default version of ${name}, for all ${step.attachments} it is attached to`
    case 'attach': {
      const members = principal.kind === 'user' ? '' : ` (${formatNames(users) || 'nobody yet'})`
      return `attach ${name} to the ${principal.kind} ${principal.name}${members}`
    }
  }
}

export function formatNames(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(', ')
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown
}

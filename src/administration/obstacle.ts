/** Why a plan cannot or may not be carried out, which is known before anything is changed; pure. */
import type { PolicyName, Principal } from '../aws/iam-api.ts'
import type { PolicyDocument } from '../policy/document.ts'
import { policySize } from '../policy/size.ts'
import { nameOption, type Caller } from './caller.ts'
import { isOwnPolicy } from './own-policy.ts'
import type { ExistingPolicy, PolicyStep } from './plan.ts'
import type { KnownPrincipal } from './principals.ts'
import type { Quotas } from './quotas.ts'

export interface Obstacle {
  readonly message: string
  /** The way out. */
  readonly remedy: string
}

interface Facts {
  readonly caller: Caller
  readonly steps: readonly PolicyStep[]
  readonly existing: ExistingPolicy | undefined
  readonly document: PolicyDocument
  readonly principal: KnownPrincipal
  /** The managed policies of the principal. */
  readonly attached: readonly PolicyName[]
  readonly quotas: Quotas
}

const OBSTACLES: Partial<Record<PolicyStep['kind'], (facts: Facts) => Obstacle | undefined>> = {
  'create-policy': (facts) => findTooManyPolicies(facts) ?? findTooLong(facts),
  'create-version': (facts) => findForeignPolicy(facts) ?? findTooLong(facts),
  'attach-policy': findTooManyAttached,
}

export function findObstacle(facts: Facts): Obstacle | undefined {
  return facts.steps.map(({ kind }) => OBSTACLES[kind]?.(facts)).find((each) => each !== undefined)
}

function findForeignPolicy({ existing }: Facts): Obstacle | undefined {
  return foreignPolicy(existing, '--name OTHER, which leaves it as it is')
}

/** What detaches a policy that is not to be changed. */
export function detachCommand(caller: Caller, { kind, name }: Principal, arn: string): string {
  const owner = nameOption(`${kind}-name`, name, caller)
  return `${caller.aws} iam detach-${kind}-policy ${owner} --policy-arn ${arn}`
}

export function foreignPolicy(
  existing: ExistingPolicy | undefined,
  remedy: string,
): Obstacle | undefined {
  if (existing === undefined || isOwnPolicy(existing)) return undefined
  return {
    message: `${existing.arn} is a policy of somebody else: mfa-login did not create it, and it is another gate.`,
    remedy,
  }
}

function findTooLong({ document, quotas: { PolicySizeQuota: most } }: Facts): Obstacle | undefined {
  const size = policySize(JSON.stringify(document))
  if (size <= most) return undefined
  return {
    message: `The policy has ${size} characters, and AWS takes ${most}.`,
    remedy: 'another --style, or a higher quota for the length of managed policies',
  }
}

function findTooManyPolicies({ quotas, caller }: Facts): Obstacle | undefined {
  const { Policies, PoliciesQuota } = quotas
  if (Policies < PoliciesQuota) return undefined
  return {
    message: `The account has ${Policies} customer managed policies, and AWS allows ${PoliciesQuota}.`,
    remedy: `${caller.aws} iam delete-policy --policy-arn ARN for one of them, or a higher quota`,
  }
}

function findTooManyAttached({ principal, attached, quotas, caller }: Facts): Obstacle | undefined {
  const { kind, name } = principal
  const most = quotas[`AttachedPoliciesPer${kind === 'user' ? 'User' : 'Group'}Quota`]
  if (attached.length < most) return undefined
  return {
    message: `The ${kind} ${name} has ${attached.length} managed policies, and AWS attaches ${most}.`,
    remedy: `${detachCommand(caller, principal, 'ARN')} for one of them, or a higher quota`,
  }
}

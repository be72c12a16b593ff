/** What each step of a plan says and does. */
import type { PolicyCalls } from '../aws/iam-api.ts'
import type { Administrator } from './administrator.ts'
import type { PolicyDocument } from '../policy/document.ts'
import { MARK } from '../policy/documents.ts'
import type { PolicyStep } from './plan.ts'
import type { KnownPrincipal } from './principals.ts'

/** What steps are taken with. */
export interface PolicyChange {
  readonly name: string
  readonly arn: string
  readonly principal: KnownPrincipal
  readonly steps: readonly PolicyStep[]
  /** The policy that steps create. */
  readonly document?: PolicyDocument
  readonly style?: string
}

export function describeStep(step: PolicyStep, plan: PolicyChange): string {
  const { name, style = '', principal } = plan
  switch (step.kind) {
    case 'create-policy':
      return `create the managed policy ${name} (${style})`
    case 'delete-version':
      return `delete version ${step.version} of ${name}, ${step.why}`
    case 'create-version':
      return `make the ${style} form the new default version of ${name}, ${forOwners(step)}`
    case 'attach-policy':
      return `attach ${name} to the ${describePrincipal(principal)}`
    case 'detach-policy':
      return `detach ${name} from the ${describePrincipal(principal)}`
    case 'restore-version':
      return `make ${step.version} the default version of ${name} again, ${forOwners(step)}`
    case 'delete-policy':
      return `delete the managed policy ${name}, which nothing else has`
  }
}

function forOwners({ attachments }: { readonly attachments: number }): string {
  return `for the ${attachments} ${attachments === 1 ? 'group or user' : 'groups or users'} it is attached to`
}

export function describePrincipal({ kind, name, users }: KnownPrincipal): string {
  const members =
    kind === 'user' ? '' : ` (${formatNames(users.map((user) => user.name)) || 'nobody yet'})`
  return `${kind} ${name}${members}`
}

async function applyStep(aws: PolicyCalls, step: PolicyStep, plan: PolicyChange): Promise<void> {
  const { name, arn, principal } = plan
  const text = JSON.stringify(plan.document, undefined, 2)
  switch (step.kind) {
    case 'create-policy':
      return aws.createPolicy({ name, text, description: MARK })
    case 'delete-version':
      return aws.deletePolicyVersion(arn, step.version)
    case 'create-version':
      return aws.createPolicyVersion(arn, text)
    case 'attach-policy':
      return aws.attachPolicy(principal, arn)
    case 'detach-policy':
      return aws.detachPolicy(principal, arn)
    case 'restore-version':
      return aws.setDefaultPolicyVersion(arn, step.version)
    case 'delete-policy':
      return aws.deletePolicy(arn)
  }
}

/** Applies the steps in order; `report` gets a sentence after each. Throws AwsError. */
export async function applySteps(
  { aws }: Administrator,
  plan: PolicyChange,
  report: (sentence: string) => void,
): Promise<void> {
  for (const step of plan.steps) {
    await applyStep(aws, step, plan)
    report(`Done: ${describeStep(step, plan)}.`)
  }
}

/** The first ten names, and how many more there are: `--json` has them all. */
export function formatNames(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(', ')
  return names.length > 10 ? `${shown} and ${names.length - 10} more (see --json)` : shown
}

/** What each step of a policy plan says and does. */
import type { PolicyCalls } from '../aws/iam-api.ts'
import type { Administrator } from './administrator.ts'
import type { PolicyPlan } from './plan-policy.ts'
import type { PolicyStep } from './plan.ts'

export function describeStep(step: PolicyStep, plan: PolicyPlan): string {
  const { name, style, principal } = plan
  switch (step.kind) {
    case 'create-policy':
      return `create the managed policy ${name} (${style})`
    case 'delete-version':
      return `delete version ${step.version} of ${name}, the oldest, as AWS keeps five`
    case 'create-version': {
      const owners = `${step.attachments} ${step.attachments === 1 ? 'group or user' : 'groups or users'}`
      return `make the ${style} form the new default version of ${name}, for the ${owners} it is attached to`
    }
    case 'attach-policy': {
      const members =
        principal.kind === 'user' ? '' : ` (${formatNames(plan.users) || 'nobody yet'})`
      return `attach ${name} to the ${principal.kind} ${principal.name}${members}`
    }
  }
}

async function applyStep(aws: PolicyCalls, step: PolicyStep, plan: PolicyPlan): Promise<void> {
  const { name, arn, principal } = plan
  const text = JSON.stringify(plan.document, undefined, 2)
  switch (step.kind) {
    case 'create-policy':
      return aws.createPolicy(name, text)
    case 'delete-version':
      return aws.deletePolicyVersion(arn, step.version)
    case 'create-version':
      return aws.createPolicyVersion(arn, text)
    case 'attach-policy':
      return aws.attachPolicy(principal, arn)
  }
}

/** Applies the steps in order; `report` gets a sentence after each. Throws AwsError. */
export async function applySteps(
  { aws }: Administrator,
  plan: PolicyPlan,
  report: (sentence: string) => void,
): Promise<void> {
  for (const step of plan.steps) {
    await applyStep(aws, step, plan)
    report(`Done: ${describeStep(step, plan)}.`)
  }
}

/** The first ten names, and how many more there are. */
export function formatNames(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(', ')
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown
}

/** What each step of a policy plan says and does. */
import type { PolicyCalls } from '../aws/iam-api.ts'
import type { Administrator } from './administrator.ts'
import type { PolicyPlan } from './plan-policy.ts'
import type { PolicyStep } from './plan.ts'

interface StepDefinition<Step extends PolicyStep> {
  readonly describe: (plan: PolicyPlan, step: Step) => string
  readonly apply: (aws: PolicyCalls, plan: PolicyPlan, step: Step) => Promise<void>
}

const STEPS: {
  readonly [Kind in PolicyStep['kind']]: StepDefinition<Extract<PolicyStep, { kind: Kind }>>
} = {
  'create-policy': {
    describe: ({ name, style }) => `create the managed policy ${name} (${style})`,
    apply: async (aws, plan) => aws.createPolicy(plan.name, formatDocument(plan)),
  },
  'delete-version': {
    describe: ({ name }, { version }) =>
      `delete version ${version} of ${name}, the oldest, as AWS keeps five`,
    apply: async (aws, { arn }, { version }) => aws.deletePolicyVersion(arn, version),
  },
  'create-version': {
    describe: ({ name, style }, { attachments }) =>
      `make the ${style} form the new default version of ${name}, ${describeAttachments(attachments)}`,
    apply: async (aws, plan) => aws.createPolicyVersion(plan.arn, formatDocument(plan)),
  },
  'attach-policy': {
    describe: ({ name, principal, users }) => {
      const members = principal.kind === 'user' ? '' : ` (${formatNames(users) || 'nobody yet'})`
      return `attach ${name} to the ${principal.kind} ${principal.name}${members}`
    },
    apply: async (aws, { principal, arn }) => aws.attachPolicy(principal, arn),
  },
}

export function describeStep(step: PolicyStep, plan: PolicyPlan): string {
  return definitionOf(step).describe(plan, step)
}

/** Applies the steps in order; `report` gets a sentence after each. Throws AwsError. */
export async function applySteps(
  { aws }: Administrator,
  plan: PolicyPlan,
  report: (sentence: string) => void,
): Promise<void> {
  for (const step of plan.steps) {
    await definitionOf(step).apply(aws, plan, step)
    report(`Done: ${describeStep(step, plan)}.`)
  }
}

/** The first ten names, and how many more there are. */
export function formatNames(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(', ')
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown
}

/** The entry takes steps of this very kind, which TypeScript cannot infer. */
function definitionOf({ kind }: PolicyStep): StepDefinition<PolicyStep> {
  return STEPS[kind] as StepDefinition<PolicyStep>
}

function describeAttachments(count: number): string {
  return `for the ${count} ${count === 1 ? 'group or user' : 'groups or users'} it is attached to`
}

function formatDocument({ document }: PolicyPlan): string {
  return JSON.stringify(document, undefined, 2)
}

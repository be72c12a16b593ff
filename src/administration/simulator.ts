import { AwsError } from '../aws/api.ts'
import type { PolicyCalls } from '../aws/iam-api.ts'
import { DECISIONS, type MatrixRow, type Verdict } from '../policy/matrix.ts'
import { MFA_CONTEXT } from '../policy/subject.ts'

export type SimulatorResult =
  | { readonly kind: 'unconfirmed'; readonly why: string }
  /** Sentences on decisions that differ; none if the simulator agrees. */
  | { readonly kind: 'compared'; readonly differences: readonly string[] }

const COLUMNS = [
  ['bareKey', 'withoutMfa', 'without MFA'],
  ['mfaSession', 'withMfa', 'with MFA'],
] as const

const VERDICTS: Readonly<Record<string, Verdict['decision']>> = DECISIONS

/**
 * Compares the matrix with IAM's policy simulator; unconfirmed if the account refuses that. A group
 * makes no requests, so `context` has the name of a user for it.
 */
export async function compareWithSimulator(
  aws: PolicyCalls,
  principalArn: string,
  context: Readonly<Record<string, string>>,
  rows: readonly MatrixRow[],
): Promise<SimulatorResult> {
  const compare = async (resource: string, [kind, column, label]: (typeof COLUMNS)[number]) => {
    const compared = rows.filter((row) => row.resource === resource)
    const decisions = await aws.simulate({
      principalArn,
      actions: compared.map(({ action }) => action),
      resource,
      context: { ...context, 'aws:ViaAWSService': 'false', ...MFA_CONTEXT[kind] },
    })
    return compared.flatMap(({ action, [column]: { decision } }) => {
      const simulated = VERDICTS[decisions.get(action) ?? '']
      return simulated === undefined || decision === 'depends' || simulated === decision
        ? []
        : [`${action} ${label}: AWS's simulator says ${simulated}, this table ${decision}`]
    })
  }
  try {
    const differences: string[] = []
    for (const resource of new Set(rows.map((row) => row.resource))) {
      const ofColumns = COLUMNS.map(async (column) => compare(resource, column))
      differences.push(...(await Promise.all(ofColumns)).flat())
    }
    return { kind: 'compared', differences }
  } catch (error) {
    if (error instanceof AwsError) return { kind: 'unconfirmed', why: error.code }
    throw error
  }
}

export function describeSimulatorResult(result: SimulatorResult | undefined): string {
  if (result === undefined) return ''
  if (result.kind === 'unconfirmed') {
    return `Not confirmed by AWS's policy simulator (iam:SimulatePrincipalPolicy: ${result.why}).\n`
  }
  if (result.differences.length === 0) return "AWS's policy simulator decides the same.\n"
  return result.differences.map((each) => `${each}.\n`).join('')
}

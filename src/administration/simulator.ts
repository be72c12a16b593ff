import { AwsError } from '../aws/api.ts'
import type { PolicyCalls } from '../aws/iam-api.ts'
import { DECISIONS, type MatrixRow, type Verdict } from '../policy/matrix.ts'
import { MFA_CONTEXT } from '../policy/subject.ts'

export type SimulatorResult =
  | { readonly kind: 'unconfirmed'; readonly why: string }
  /** Sentences on decisions that differ; none if the simulator agrees. */
  | { readonly kind: 'compared'; readonly differences: readonly string[] }

export interface SimulatedPrincipal {
  readonly arn: string
  /** For a group, whose requests need a user name; undefined for a user. */
  readonly userName: string | undefined
}

const COLUMNS = [
  ['bareKey', 'withoutMfa', 'without MFA'],
  ['mfaSession', 'withMfa', 'with MFA'],
] as const

const VERDICTS: Readonly<Record<string, Verdict['decision']>> = DECISIONS

/** Compares the matrix with IAM's policy simulator; unconfirmed if the account refuses that. */
export async function compareWithSimulator(
  aws: PolicyCalls,
  principal: SimulatedPrincipal,
  rows: readonly MatrixRow[],
): Promise<SimulatorResult> {
  try {
    const differences: string[] = []
    for (const resource of new Set(rows.map((row) => row.resource))) {
      const rowsOfResource = rows.filter((row) => row.resource === resource)
      differences.push(...(await compareRows(aws, principal, resource, rowsOfResource)))
    }
    return { kind: 'compared', differences }
  } catch (error) {
    if (error instanceof AwsError) return { kind: 'unconfirmed', why: error.code }
    throw error
  }
}

async function compareRows(
  aws: PolicyCalls,
  { arn, userName }: SimulatedPrincipal,
  resource: string,
  rows: readonly MatrixRow[],
): Promise<string[]> {
  const userContext = userName === undefined ? {} : { 'aws:username': userName }
  const differences = COLUMNS.map(async ([kind, column, label]) => {
    const decisions = await aws.simulate({
      principalArn: arn,
      actions: rows.map(({ action }) => action),
      resource,
      context: { ...userContext, 'aws:ViaAWSService': 'false', ...MFA_CONTEXT[kind] },
    })
    return rows.flatMap(({ action, [column]: { decision } }) => {
      const simulated = VERDICTS[decisions.get(action) ?? '']
      return simulated === undefined || simulated === decision
        ? []
        : [`${action} ${label}: AWS's simulator says ${simulated}, this table ${decision}`]
    })
  })
  return (await Promise.all(differences)).flat()
}

export function describeSimulatorResult(result: SimulatorResult | undefined): string {
  if (result === undefined) return ''
  if (result.kind === 'unconfirmed') {
    return `Not confirmed by AWS's policy simulator (iam:SimulatePrincipalPolicy: ${result.why}).\n`
  }
  if (result.differences.length === 0) return "AWS's policy simulator decides the same.\n"
  return result.differences.map((each) => `${each}.\n`).join('')
}

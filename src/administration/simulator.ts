import { AwsError } from '../aws/api.ts'
import type { PolicyCalls } from '../aws/iam-api.ts'
import type { Row, Verdict } from '../policy/matrix.ts'
import { CREDENTIALS } from '../policy/subject.ts'

export type SimulatorResult =
  | { readonly kind: 'unconfirmed'; readonly why: string }
  /** Sentences on where it decides otherwise; none where it agrees. */
  | { readonly kind: 'compared'; readonly differences: readonly string[] }

export interface Simulatee {
  readonly arn: string
  /** For a group, which has no user name of its own. */
  readonly userName: string | undefined
}

const CASES = [
  ['bareKey', 'withoutMfa', 'without MFA'],
  ['mfaSession', 'withMfa', 'with MFA'],
] as const

const DECISIONS: Readonly<Record<string, Verdict['decision']>> = {
  allowed: 'allowed',
  explicitDeny: 'denied',
  implicitDeny: 'not allowed',
}

/** Compares our decisions with those of IAM's policy simulator, where the account allows that. */
export async function compareWithSimulator(
  aws: PolicyCalls,
  simulatee: Simulatee,
  rows: readonly Row[],
): Promise<SimulatorResult> {
  try {
    const differences: string[] = []
    for (const resource of new Set(rows.map((row) => row.resource))) {
      const some = rows.filter((row) => row.resource === resource)
      differences.push(...(await differencesOn(aws, simulatee, resource, some)))
    }
    return { kind: 'compared', differences }
  } catch (error) {
    if (error instanceof AwsError) return { kind: 'unconfirmed', why: error.code }
    throw error
  }
}

async function differencesOn(
  aws: PolicyCalls,
  { arn, userName }: Simulatee,
  resource: string,
  rows: readonly Row[],
): Promise<string[]> {
  const known = userName === undefined ? {} : { 'aws:username': userName }
  const found = CASES.map(async ([credentials, column, words]) => {
    const decisions = await aws.simulate({
      principalArn: arn,
      actions: rows.map(({ action }) => action),
      resource,
      context: { ...known, 'aws:ViaAWSService': 'false', ...CREDENTIALS[credentials] },
    })
    return rows.flatMap(({ action, [column]: { decision } }) => {
      const theirs = DECISIONS[decisions.get(action) ?? '']
      return theirs === undefined || theirs === decision
        ? []
        : [`${action} ${words}: AWS's simulator says ${theirs}, this table ${decision}`]
    })
  })
  return (await Promise.all(found)).flat()
}

export function describeSimulatorResult(simulated: SimulatorResult | undefined): string {
  if (simulated === undefined) return ''
  if (simulated.kind === 'unconfirmed') {
    return `Not confirmed by AWS's policy simulator (iam:SimulatePrincipalPolicy: ${simulated.why}).\n`
  }
  const { differences } = simulated
  if (differences.length === 0) return "AWS's policy simulator decides the same.\n"
  return differences.map((each) => `${each}.\n`).join('')
}

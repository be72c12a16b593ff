import { runUnsafeSimulation } from '@cloud-copilot/iam-simulate'
import { evaluate, type PolicyRequest } from '../../src/policy/evaluate.ts'
import { readPolicy } from '../../src/policy/read-document.ts'

const ACCOUNT = '123456789012'

/** What the evaluator decides. */
export function decide(
  raws: readonly object[],
  request: PolicyRequest,
  boundary: readonly object[] = [],
) {
  const policies = raws.map((raw, index) => ({ name: `p${index}`, document: readPolicy(raw) }))
  const limits = boundary.map((raw) => ({
    name: 'boundary',
    document: readPolicy(raw),
    isBoundary: true,
  }))
  return evaluate([...policies, ...limits], request).decision
}

const DECISIONS = {
  Allowed: 'allowed',
  ExplicitlyDenied: 'explicitDeny',
  ImplicitlyDenied: 'implicitDeny',
} as const

/** What iam-simulate decides. */
export function simulate(
  raws: readonly object[],
  { action, resource, context }: PolicyRequest,
  boundary: readonly object[] = [],
) {
  const known = Object.entries(context).filter(([, each]) => each !== undefined)
  const result = runUnsafeSimulation(
    {
      request: {
        principal: `arn:aws:iam::${ACCOUNT}:user/alice`,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: Object.fromEntries(known) as Record<string, string | string[]>,
      },
      identityPolicies: raws.map((raw, index) => ({ name: `p${index}`, policy: raw })),
      ...(boundary.length > 0 && {
        permissionBoundaryPolicies: boundary.map((policy) => ({ name: 'boundary', policy })),
      }),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  )
  return DECISIONS[result]
}

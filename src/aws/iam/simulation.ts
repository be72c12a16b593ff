import type { PolicyCalls } from '../iam-api.ts'
import type { LoadIam } from './iam-client.ts'
import { collectPages } from './pages.ts'

export function simulation(load: LoadIam): PolicyCalls['simulate'] {
  return async ({ principalArn, actions, resource, context }) => {
    const { client, paginateSimulatePrincipalPolicy } = await load()
    const pages = paginateSimulatePrincipalPolicy(
      { client },
      {
        PolicySourceArn: principalArn,
        ActionNames: [...actions],
        ResourceArns: [resource],
        ContextEntries: Object.entries(context).map(([key, value]) => ({
          ContextKeyName: key,
          ContextKeyType: contextKeyType(value),
          ContextKeyValues: [value],
        })),
      },
    )
    const results = await collectPages(pages, ({ EvaluationResults }) => EvaluationResults)
    return new Map(
      results.map(({ EvalActionName = '', EvalDecision = '' }) => [EvalActionName, EvalDecision]),
    )
  }
}

function contextKeyType(value: string): 'boolean' | 'numeric' | 'string' {
  if (/^(true|false)$/.test(value)) return 'boolean'
  return /^\d+$/.test(value) ? 'numeric' : 'string'
}

import { evaluate, type NamedPolicy, type PolicyRequest } from '../../policy/evaluate.ts'
import { accountArn, userArn, type Account } from '../account/model.ts'
import { policiesOfHolder, policiesOfUser } from '../account/effective-policies.ts'
import { findGroup, findUser } from './entities.ts'
import { page } from './pages.ts'
import { readDocument } from './policy-document.ts'
import { listIn } from '../protocol/query-protocol.ts'
import { Refusal } from '../protocol/service-error.ts'
import type { Operation, Operations, Params } from '../protocol/service.ts'

type Context = PolicyRequest['context']

interface Source {
  readonly policies: readonly NamedPolicy[]
  readonly context: Context
}

/** The policies of a user or group, and what they say about actions nobody takes. */
const simulatePrincipalPolicy: Operation = {
  policy: {
    action: 'iam:SimulatePrincipalPolicy',
    resource: ({ params }) => params.PolicySourceArn ?? '',
  },
  requires: ['PolicySourceArn', 'ActionNames'],
  run(call) {
    const { params, world } = call
    const source = findSource(world.account, params.PolicySourceArn ?? '')
    const policies = [...source.policies, ...addedPolicies(params)]
    const context = { ...source.context, ...contextEntries(params) }
    const resources = listIn(params, 'ResourceArns')
    const requests = listIn(params, 'ActionNames').flatMap((action) =>
      (resources.length > 0 ? resources : ['*']).map((resource) => ({ action, resource, context })),
    )
    return page(call, 'EvaluationResults', requests, (request) => simulate(policies, request))
  },
}

function simulate(policies: readonly NamedPolicy[], request: PolicyRequest) {
  const { decision, statement } = evaluate(policies, request)
  const matched = statement && {
    SourcePolicyId: statement.policy,
    SourcePolicyType: 'IAM Policy',
  }
  return {
    EvalActionName: request.action,
    EvalResourceName: request.resource,
    EvalDecision: decision,
    MatchedStatements: matched ? [matched] : [],
    MissingContextValues: [],
  }
}

function findSource(account: Account, arn: string): Source {
  const begin = accountArn(account, '')
  const [, kind, name] =
    /^(user|group)\/(?:.*\/)?([^/]+)$/.exec(arn.startsWith(begin) ? arn.slice(begin.length) : '') ??
    []
  if (kind === undefined || name === undefined) {
    throw new Refusal(
      400,
      'InvalidInput',
      `Invalid Entity Arn: ${arn} does not clearly define entity type and name.`,
    )
  }
  if (kind === 'group') {
    return { policies: policiesOfHolder(account, findGroup(account, name)), context: {} }
  }
  const user = findUser(account, name)
  const context = {
    'aws:username': user.name,
    'aws:userid': user.id,
    'aws:PrincipalArn': userArn(account, user),
  }
  return { policies: policiesOfUser(account, user), context }
}

function addedPolicies(params: Params): NamedPolicy[] {
  return listIn(params, 'PolicyInputList').map((text, index) => ({
    name: `PolicyInputList.${index + 1}`,
    document: readDocument(text),
  }))
}

function contextEntries(params: Params): Context {
  const entries: [string, string | string[] | undefined][] = []
  for (let index = 1; ; index += 1) {
    const entry = `ContextEntries.member.${index}`
    const name = params[`${entry}.ContextKeyName`]
    if (name === undefined) return Object.fromEntries(entries)
    const values = listIn(params, `${entry}.ContextKeyValues`)
    const isList = params[`${entry}.ContextKeyType`]?.endsWith('List') === true
    entries.push([name, isList ? values : values[0]])
  }
}

export const simulationOperations: Operations = {
  SimulatePrincipalPolicy: simulatePrincipalPolicy,
}

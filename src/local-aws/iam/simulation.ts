import { evaluate, type NamedPolicy, type PolicyRequest } from '../../policy/evaluate.ts'
import { accountArn, groupArn, userArn } from '../account/arns.ts'
import {
  boundaryOfUser,
  policiesOfIdentity,
  policiesOfUser,
} from '../account/effective-policies.ts'
import type { Account } from '../account/model.ts'
import { listParam } from '../protocol/query-protocol.ts'
import { ServiceError, throwNoSuchEntity } from '../protocol/service-error.ts'
import type { Operations, Params } from '../protocol/service.ts'
import { findGroup, findUser } from './entities.ts'
import { listPage } from './pages.ts'
import { parsePolicyDocument } from './policy-document.ts'

type Context = PolicyRequest['context']

interface PolicySource {
  readonly policies: readonly NamedPolicy[]
  readonly boundary?: readonly NamedPolicy[] | undefined
  readonly context: Context
}

export const simulationOperations: Operations = {
  /** Evaluates the policies of a user or group for actions that nobody performs. */
  SimulatePrincipalPolicy: {
    resource: ({ params }) => params.PolicySourceArn ?? '',
    requires: ['PolicySourceArn', 'ActionNames'],
    run(call) {
      const { params, state } = call
      const source = findPolicySource(state.account, params.PolicySourceArn ?? '')
      const policies = [...source.policies, ...inputPolicies(params)]
      const context = { ...source.context, ...contextEntries(params) }
      const resources = listParam(params, 'ResourceArns')
      const requests = listParam(params, 'ActionNames').flatMap((action) =>
        (resources.length > 0 ? resources : ['*']).map((resource) => ({
          action,
          resource,
          context,
        })),
      )
      return listPage(call, 'EvaluationResults', requests, (request) =>
        simulate(policies, source.boundary, request),
      )
    },
  },
}

function simulate(
  policies: readonly NamedPolicy[],
  boundary: readonly NamedPolicy[] | undefined,
  request: PolicyRequest,
) {
  const own = evaluate(policies, request)
  const limit = boundary && evaluate(boundary, request)
  const isLimited = own.decision === 'allowed' || limit?.decision === 'explicitDeny'
  const { decision, statement } = limit && isLimited ? limit : own
  return {
    EvalActionName: request.action,
    EvalResourceName: request.resource,
    EvalDecision: decision,
    MatchedStatements: statement
      ? [{ SourcePolicyId: statement.policy, SourcePolicyType: 'IAM Policy' }]
      : [],
    MissingContextValues: [],
    PermissionsBoundaryDecisionDetail: limit && {
      AllowedByPermissionsBoundary: limit.decision === 'allowed',
    },
  }
}

function findPolicySource(account: Account, arn: string): PolicySource {
  const begin = accountArn(account, '')
  const resource = arn.startsWith(begin) ? arn.slice(begin.length) : ''
  const [, kind, name] = /^(user|group)\/(?:.*\/)?([^/]+)$/.exec(resource) ?? []
  if (kind === undefined || name === undefined) {
    const message = `Invalid Entity Arn: ${arn} does not clearly define entity type and name.`
    throw new ServiceError(400, 'InvalidInput', message)
  }
  if (kind === 'group') {
    const group = findGroup(account, name)
    requireSameArn(arn, groupArn(account, group))
    return { policies: policiesOfIdentity(account, group), context: {} }
  }
  const user = findUser(account, name)
  requireSameArn(arn, userArn(account, user))
  const context = {
    'aws:username': user.name,
    'aws:userid': user.id,
    'aws:PrincipalArn': userArn(account, user),
  }
  const [policies, boundary] = [policiesOfUser(account, user), boundaryOfUser(account, user)]
  return { policies, boundary, context }
}

/** The path is part of an ARN. */
function requireSameArn(named: string, found: string): void {
  if (named !== found) throwNoSuchEntity(`The entity with ARN ${named} cannot be found.`)
}

function inputPolicies(params: Params): NamedPolicy[] {
  return listParam(params, 'PolicyInputList').map((text, index) => ({
    name: `PolicyInputList.${index + 1}`,
    document: parsePolicyDocument(text),
  }))
}

function contextEntries(params: Params): Context {
  const entries: [string, string | string[] | undefined][] = []
  for (let index = 1; ; index += 1) {
    const entry = `ContextEntries.member.${index}`
    const name = params[`${entry}.ContextKeyName`]
    if (name === undefined) return Object.fromEntries(entries)
    const values = listParam(params, `${entry}.ContextKeyValues`)
    const isList = params[`${entry}.ContextKeyType`]?.endsWith('List') === true
    entries.push([name, isList ? values : values[0]])
  }
}

import type { IamIdentity, InlinePolicy } from '../account/model.ts'
import { MAX_POLICY_SIZES, policySize } from '../../policy/size.ts'
import { limitExceeded, throwNoSuchEntity } from '../protocol/service-error.ts'
import type { OperationCall, Operations } from '../protocol/service.ts'
import { entityName, validate } from '../protocol/validation.ts'
import { identityArn, namedIdentity, type IdentityKind } from './entities.ts'
import { listPage } from './pages.ts'
import { encodePolicyDocument, parsePolicyDocument } from './policy-document.ts'

/** PutUserPolicy, PutGroupPolicy and so on. */
function operationsOf(kind: IdentityKind): Operations {
  const resource = identityArn(kind)
  return {
    [`Put${kind}Policy`]: {
      resource,
      requires: [`${kind}Name`, 'PolicyName', 'PolicyDocument'],
      run(call) {
        validate(call.params, entityName('PolicyName'))
        const { PolicyName = '', PolicyDocument: text = '' } = call.params
        const identity = namedIdentity(kind, call)
        const policy = { name: PolicyName, document: parsePolicyDocument(text), text }
        const policies = [...identity.policies.filter(({ name }) => name !== PolicyName), policy]
        requireSize(kind, { ...identity, policies })
        identity.policies = policies
      },
    },
    [`List${kind}Policies`]: {
      resource,
      requires: [`${kind}Name`],
      run: (call) =>
        listPage(call, 'PolicyNames', namedIdentity(kind, call).policies, ({ name }) => name),
    },
    [`Get${kind}Policy`]: {
      resource,
      requires: [`${kind}Name`, 'PolicyName'],
      run(call) {
        const identity = namedIdentity(kind, call)
        const policy = findPolicy(kind, identity, call)
        return {
          [`${kind}Name`]: identity.name,
          PolicyName: policy.name,
          PolicyDocument: encodePolicyDocument(policyText(policy)),
        }
      },
    },
    [`Delete${kind}Policy`]: {
      resource,
      requires: [`${kind}Name`, 'PolicyName'],
      run(call) {
        const identity = namedIdentity(kind, call)
        const policy = findPolicy(kind, identity, call)
        identity.policies = identity.policies.filter((each) => each !== policy)
      },
    },
  }
}

export const inlinePolicyOperations: Operations = {
  ...operationsOf('User'),
  ...operationsOf('Group'),
}

function findPolicy(
  kind: IdentityKind,
  { policies }: IamIdentity,
  { params: { PolicyName = '' } }: OperationCall,
): InlinePolicy {
  const message = `The ${kind.toLowerCase()} policy with name ${PolicyName} cannot be found.`
  return policies.find(({ name }) => name === PolicyName) ?? throwNoSuchEntity(message)
}

/** The quota is for all inline policies of a user or group together. */
function requireSize(kind: IdentityKind, { name, policies }: IamIdentity): void {
  const max = MAX_POLICY_SIZES[kind === 'User' ? 'user' : 'group']
  const size = policies.reduce((sum, policy) => sum + policySize(policyText(policy)), 0)
  if (size <= max) return
  throw limitExceeded(
    `Maximum policy size of ${max} bytes exceeded for ${kind.toLowerCase()} ${name}`,
  )
}

export function policyText({ text, document }: InlinePolicy): string {
  return text ?? JSON.stringify(document, null, 2)
}

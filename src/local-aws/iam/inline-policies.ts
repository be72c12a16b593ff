import type { InlinePolicy, PolicyHolder } from '../account/model.ts'
import { holderArn, namedHolder, type HolderKind } from './entities.ts'
import { page } from './pages.ts'
import { countedSize, encodeDocument, readDocument } from './policy-document.ts'
import { limitExceeded, noSuchEntity } from '../protocol/service-error.ts'
import type { Operation, OperationCall, Operations } from '../protocol/service.ts'
import { nameOf, validate } from '../protocol/validation.ts'

/** IAM quotas: the inline policies of one user or group together. */
const MOST_CHARACTERS = { User: 2048, Group: 5120 }

function put(kind: HolderKind): Operation {
  return {
    policy: { action: `iam:Put${kind}Policy`, resource: holderArn(kind) },
    requires: [`${kind}Name`, 'PolicyName', 'PolicyDocument'],
    run(call) {
      validate(call.params, nameOf('PolicyName'))
      const { PolicyName = '', PolicyDocument: text = '' } = call.params
      const holder = namedHolder(kind, call)
      const policy = { name: PolicyName, document: readDocument(text), text }
      const policies = [...holder.policies.filter(({ name }) => name !== PolicyName), policy]
      requireFit(kind, { ...holder, policies })
      holder.policies = policies
      return {}
    },
  }
}

function list(kind: HolderKind): Operation {
  return {
    policy: { action: `iam:List${kind}Policies`, resource: holderArn(kind) },
    requires: [`${kind}Name`],
    run: (call) => page(call, 'PolicyNames', namedHolder(kind, call).policies, ({ name }) => name),
  }
}

function get(kind: HolderKind): Operation {
  return {
    policy: { action: `iam:Get${kind}Policy`, resource: holderArn(kind) },
    requires: [`${kind}Name`, 'PolicyName'],
    run(call) {
      const holder = namedHolder(kind, call)
      const policy = findPolicy(kind, holder, call)
      return {
        [`${kind}Name`]: holder.name,
        PolicyName: policy.name,
        PolicyDocument: encodeDocument(textOf(policy)),
      }
    },
  }
}

function remove(kind: HolderKind): Operation {
  return {
    policy: { action: `iam:Delete${kind}Policy`, resource: holderArn(kind) },
    requires: [`${kind}Name`, 'PolicyName'],
    run(call) {
      const holder = namedHolder(kind, call)
      const policy = findPolicy(kind, holder, call)
      holder.policies = holder.policies.filter((each) => each !== policy)
      return {}
    },
  }
}

function findPolicy(
  kind: HolderKind,
  { policies }: PolicyHolder,
  { params: { PolicyName = '' } }: OperationCall,
): InlinePolicy {
  const policy = policies.find(({ name }) => name === PolicyName)
  if (policy) return policy
  throw noSuchEntity(`The ${kind.toLowerCase()} policy with name ${PolicyName} cannot be found.`)
}

function requireFit(kind: HolderKind, { name, policies }: PolicyHolder): void {
  const most = MOST_CHARACTERS[kind]
  const size = policies.reduce((sum, policy) => sum + countedSize(textOf(policy)), 0)
  if (size <= most) return
  throw limitExceeded(
    `Maximum policy size of ${most} bytes exceeded for ${kind.toLowerCase()} ${name}`,
  )
}

function textOf({ text, document }: InlinePolicy): string {
  return text ?? JSON.stringify(document, null, 2)
}

export const inlinePolicyOperations: Operations = {
  DeleteGroupPolicy: remove('Group'),
  DeleteUserPolicy: remove('User'),
  GetGroupPolicy: get('Group'),
  GetUserPolicy: get('User'),
  ListGroupPolicies: list('Group'),
  ListUserPolicies: list('User'),
  PutGroupPolicy: put('Group'),
  PutUserPolicy: put('User'),
}

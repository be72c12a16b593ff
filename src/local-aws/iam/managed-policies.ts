import { accountArn, isAwsManaged, policyName, policyPath } from '../account/arns.ts'
import { createManagedPolicy } from '../account/create.ts'
import type { Account, ManagedPolicy } from '../account/model.ts'
import {
  accessDenied,
  deleteConflict,
  entityAlreadyExists,
  limitExceeded,
} from '../protocol/service-error.ts'
import type { OperationCall, Operations } from '../protocol/service.ts'
import { entityName, length, oneOf, pattern, validate } from '../protocol/validation.ts'
import { formatDate } from '../protocol/xml.ts'
import { collectionArn, isSameName, namedPolicy, namedPolicyArn } from './entities.ts'
import { listPage } from './pages.ts'
import { parsePolicyDocument, policySize } from './policy-document.ts'

/** IAM quota "Managed policy length". */
const MAX_CHARACTERS = 6144

export const managedPolicyOperations: Operations = {
  CreatePolicy: {
    resource: newPolicyArn,
    requires: ['PolicyName', 'PolicyDocument'],
    run(call) {
      const { params, state } = call
      const { PolicyName = '', PolicyDocument: text = '', Description } = params
      validate(params, [
        ...entityName('PolicyName'),
        ...length('Path', 1, 512),
        pattern('Path', String.raw`((/[A-Za-z0-9\.,\+@=_-]+)*)/`),
        ...length('Description', 0, 1000),
      ])
      const document = parseManagedPolicyDocument(text)
      const customerPolicies = state.account.managedPolicies.filter(({ arn }) => !isAwsManaged(arn))
      if (customerPolicies.some(({ arn }) => isSameName(policyName(arn), PolicyName))) {
        throw entityAlreadyExists(
          `A policy called ${PolicyName} already exists. Duplicate names are not allowed.`,
        )
      }
      const createdAt = state.now()
      const policy = createManagedPolicy(newPolicyArn(call), document, {
        description: Description,
        createdAt,
        versions: [{ id: 'v1', text, document, createdAt }],
      })
      state.account.managedPolicies.push(policy)
      return { Policy: describePolicy(policy, state.account) }
    },
  },
  GetPolicy: {
    resource: namedPolicyArn,
    requires: ['PolicyArn'],
    run(call) {
      const policy = namedPolicy(call)
      const Description = policy.description
      return { Policy: { ...describePolicy(policy, call.state.account), Description } }
    },
  },
  ListPolicies: {
    resource: collectionArn('policy/'),
    run(call) {
      const { params, state } = call
      validate(params, [oneOf('Scope', ['All', 'AWS', 'Local'])])
      const { Scope = 'All', OnlyAttached = 'false' } = params
      const policies = state.account.managedPolicies.filter(
        ({ arn }) =>
          (Scope === 'All' || (Scope === 'AWS') === isAwsManaged(arn)) &&
          (OnlyAttached !== 'true' || countAttachments(state.account, arn) > 0),
      )
      return listPage(call, 'Policies', policies, describePolicy)
    },
  },
  DeletePolicy: {
    resource: namedPolicyArn,
    requires: ['PolicyArn'],
    run(call) {
      const policy = namedCustomerPolicy(call)
      const { account } = call.state
      if (countAttachments(account, policy.arn) > 0) {
        throw deleteConflict('Cannot delete a policy attached to entities.')
      }
      if (policy.versions.length > 1) {
        throw deleteConflict(
          "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
        )
      }
      account.managedPolicies.splice(account.managedPolicies.indexOf(policy), 1)
    },
  },
}

export function parseManagedPolicyDocument(text: string) {
  const document = parsePolicyDocument(text)
  if (policySize(text) > MAX_CHARACTERS) {
    throw limitExceeded(`Cannot exceed quota for PolicySize: ${MAX_CHARACTERS}`)
  }
  return document
}

/** The policy that a request changes. Throws AWS's AccessDenied for an AWS managed policy. */
export function namedCustomerPolicy(call: OperationCall): ManagedPolicy {
  const policy = namedPolicy(call)
  if (isAwsManaged(policy.arn)) throw accessDenied('Policy is outside your own account.')
  return policy
}

function newPolicyArn({ params: { Path = '/', PolicyName = '' }, state }: OperationCall): string {
  return accountArn(state.account, `policy${Path}${PolicyName}`)
}

function countAttachments({ users, groups }: Account, arn: string): number {
  return [...users, ...groups].filter(({ attached }) => attached.includes(arn)).length
}

function describePolicy(policy: ManagedPolicy, account: Account) {
  return {
    PolicyName: policyName(policy.arn),
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policyPath(policy.arn),
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: countAttachments(account, policy.arn),
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: formatDate(policy.createdAt),
    UpdateDate: formatDate(policy.updatedAt),
  }
}

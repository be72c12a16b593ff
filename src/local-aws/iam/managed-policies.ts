import { policySize } from '../../policy/size.ts'
import { accountArn, isAwsManaged, policyName, policyPath } from '../account/arns.ts'
import { createManagedPolicy } from '../account/create.ts'
import type { Account, ManagedPolicy } from '../account/model.ts'
import { countAttachments, countBoundaries } from '../account/usage.ts'
import {
  accessDenied,
  deleteConflict,
  entityAlreadyExists,
  limitExceeded,
  requireQuota,
} from '../protocol/service-error.ts'
import type { OperationCall, Operations } from '../protocol/service.ts'
import { entityName, length, oneOf, PATH, validate } from '../protocol/validation.ts'
import { formatDate } from '../protocol/xml.ts'
import { collectionArn, isSameName, namedPolicy, namedPolicyArn } from './entities.ts'
import { listPage } from './pages.ts'
import { parsePolicyDocument } from './policy-document.ts'

export const managedPolicyOperations: Operations = {
  CreatePolicy: {
    resource: newPolicyArn,
    requires: ['PolicyName', 'PolicyDocument'],
    run(call) {
      const { params, state } = call
      const { PolicyName = '', PolicyDocument: text = '', Description } = params
      validate(params, [...entityName('PolicyName'), ...PATH, ...length('Description', 0, 1000)])
      const document = parseManagedPolicyDocument(text, state.account)
      const customerPolicies = state.account.managedPolicies.filter(({ arn }) => !isAwsManaged(arn))
      if (customerPolicies.some(({ arn }) => isSameName(policyName(arn), PolicyName))) {
        throw entityAlreadyExists(
          `A policy called ${PolicyName} already exists. Duplicate names are not allowed.`,
        )
      }
      requireQuota(
        'PoliciesPerAccount',
        state.account.quotas.PoliciesQuota,
        customerPolicies.length,
      )
      const createdAt = state.now()
      const policy = createManagedPolicy(newPolicyArn(call), document, {
        description: Description,
        createdAt,
        versions: [{ id: 'v1', text, document, createdAt }],
      })
      state.account.managedPolicies.push(policy)
      return { Policy: policyDescriber(state.account)(policy) }
    },
  },
  GetPolicy: {
    resource: namedPolicyArn,
    requires: ['PolicyArn'],
    run(call) {
      const policy = namedPolicy(call)
      const Description = policy.description
      return { Policy: { ...policyDescriber(call.state.account)(policy), Description } }
    },
  },
  ListPolicies: {
    resource: collectionArn('policy/'),
    run(call) {
      const { params, state } = call
      validate(params, [oneOf('Scope', ['All', 'AWS', 'Local'])])
      const { Scope = 'All', OnlyAttached = 'false' } = params
      const attachments = countAttachments(state.account)
      const policies = state.account.managedPolicies.filter(
        ({ arn }) =>
          (Scope === 'All' || (Scope === 'AWS') === isAwsManaged(arn)) &&
          (OnlyAttached !== 'true' || attachments.has(arn)),
      )
      return listPage(call, 'Policies', policies, policyDescriber(state.account))
    },
  },
  DeletePolicy: {
    resource: namedPolicyArn,
    requires: ['PolicyArn'],
    run(call) {
      const policy = namedCustomerPolicy(call)
      const { account } = call.state
      if (countAttachments(account).has(policy.arn) || countBoundaries(account).has(policy.arn)) {
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

export function parseManagedPolicyDocument(text: string, { quotas }: Account) {
  const document = parsePolicyDocument(text)
  if (policySize(text) > quotas.PolicySizeQuota) {
    throw limitExceeded(`Cannot exceed quota for PolicySize: ${quotas.PolicySizeQuota}`)
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

/** Describes policies of an account; how often they are used is counted once. */
export function policyDescriber(account: Account) {
  const attachments = countAttachments(account)
  const boundaries = countBoundaries(account)
  return (policy: ManagedPolicy) => ({
    PolicyName: policyName(policy.arn),
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policyPath(policy.arn),
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: attachments.get(policy.arn) ?? 0,
    PermissionsBoundaryUsageCount: boundaries.get(policy.arn) ?? 0,
    IsAttachable: true,
    CreateDate: formatDate(policy.createdAt),
    UpdateDate: formatDate(policy.updatedAt),
  })
}

import type { ManagedPolicy, PolicyVersion } from '../account/model.ts'
import { deleteConflict, limitExceeded, throwNoSuchEntity } from '../protocol/service-error.ts'
import type { OperationCall, Operations } from '../protocol/service.ts'
import { pattern, validate } from '../protocol/validation.ts'
import { formatDate } from '../protocol/xml.ts'
import { namedPolicy, namedPolicyArn } from './entities.ts'
import { namedCustomerPolicy, parseManagedPolicyDocument } from './managed-policies.ts'
import { listPage } from './pages.ts'
import { encodePolicyDocument } from './policy-document.ts'

export const policyVersionOperations: Operations = {
  CreatePolicyVersion: {
    resource: namedPolicyArn,
    requires: ['PolicyArn', 'PolicyDocument'],
    run(call) {
      const { PolicyDocument: text = '', SetAsDefault } = call.params
      const policy = namedCustomerPolicy(call)
      const { VersionsPerPolicyQuota: most } = call.state.account.quotas
      const document = parseManagedPolicyDocument(text, call.state.account)
      if (policy.versions.length >= most) {
        throw limitExceeded(
          `A managed policy can have up to ${most} versions. Before you create a new version, you must delete an existing version.`,
        )
      }
      policy.lastVersion += 1
      const createdAt = call.state.now()
      const version = { id: `v${policy.lastVersion}`, text, document, createdAt }
      policy.versions.push(version)
      policy.updatedAt = createdAt
      if (SetAsDefault === 'true') policy.defaultVersionId = version.id
      return { PolicyVersion: describeVersion(policy, version) }
    },
  },
  GetPolicyVersion: {
    resource: namedPolicyArn,
    requires: ['PolicyArn', 'VersionId'],
    run(call) {
      const policy = namedPolicy(call)
      const version = namedVersion(call, policy)
      const Document = encodePolicyDocument(version.text)
      return { PolicyVersion: { Document, ...describeVersion(policy, version) } }
    },
  },
  ListPolicyVersions: {
    resource: namedPolicyArn,
    requires: ['PolicyArn'],
    run(call) {
      const policy = namedPolicy(call)
      const newestFirst = policy.versions.toReversed()
      return listPage(call, 'Versions', newestFirst, (version) => describeVersion(policy, version))
    },
  },
  SetDefaultPolicyVersion: {
    resource: namedPolicyArn,
    requires: ['PolicyArn', 'VersionId'],
    run(call) {
      const policy = namedCustomerPolicy(call)
      policy.defaultVersionId = namedVersion(call, policy).id
      policy.updatedAt = call.state.now()
    },
  },
  DeletePolicyVersion: {
    resource: namedPolicyArn,
    requires: ['PolicyArn', 'VersionId'],
    run(call) {
      const policy = namedCustomerPolicy(call)
      const version = namedVersion(call, policy)
      if (version.id === policy.defaultVersionId) {
        throw deleteConflict('Cannot delete the default version of a policy.')
      }
      policy.versions.splice(policy.versions.indexOf(version), 1)
    },
  },
}

function namedVersion({ params }: OperationCall, policy: ManagedPolicy): PolicyVersion {
  validate(params, [pattern('VersionId', String.raw`v[1-9][0-9]*(\.[A-Za-z0-9-]*)?`)])
  const { VersionId = '' } = params
  return (
    policy.versions.find(({ id }) => id === VersionId) ??
    throwNoSuchEntity(
      `Policy ${policy.arn} version ${VersionId} does not exist or is not attachable.`,
    )
  )
}

export function describeVersion(
  { defaultVersionId }: ManagedPolicy,
  { id, createdAt }: PolicyVersion,
) {
  return {
    VersionId: id,
    IsDefaultVersion: id === defaultVersionId,
    CreateDate: formatDate(createdAt),
  }
}

import { accountArn, createManagedPolicy, type Account, type ManagedPolicy } from '../account/model.ts'
import { allOf, isSameName, namedPolicy, namedPolicyArn } from './entities.ts'
import { page } from './pages.ts'
import { isOfAws, policyName, policyPath } from '../account/policy-arn.ts'
import { countedSize, readDocument } from './policy-document.ts'
import { accessDenied, deleteConflict, entityAlreadyExists, limitExceeded } from '../protocol/service-error.ts'
import type { Operation, OperationCall, Operations } from '../protocol/service.ts'
import { isoSeconds } from '../auth/sessions.ts'
import { choice, length, nameOf, shape, validate } from '../protocol/validation.ts'

/** IAM quota "Managed policy length". */
const MOST_CHARACTERS = 6144

const createPolicy: Operation = {
  policy: { action: 'iam:CreatePolicy', resource: newArn },
  requires: ['PolicyName', 'PolicyDocument'],
  run(call) {
    const { params, world } = call
    const { PolicyName = '', PolicyDocument: text = '', Description } = params
    validate(params, [
      ...nameOf('PolicyName'),
      ...length('Path', 1, 512),
      shape('Path', String.raw`((/[A-Za-z0-9\.,\+@=_-]+)*)/`),
      ...length('Description', 0, 1000),
    ])
    const document = readManagedDocument(text)
    if (ownPolicies(world.account).some(({ arn }) => isSameName(policyName(arn), PolicyName))) {
      throw entityAlreadyExists(
        `A policy called ${PolicyName} already exists. Duplicate names are not allowed.`,
      )
    }
    const createdAt = world.now()
    const policy = createManagedPolicy(newArn(call), document, {
      description: Description,
      createdAt,
      versions: [{ id: 'v1', text, document, createdAt }],
    })
    world.account.managedPolicies.push(policy)
    return { Policy: describePolicy(world.account, policy) }
  },
}

const getPolicy: Operation = {
  policy: { action: 'iam:GetPolicy', resource: namedPolicyArn },
  requires: ['PolicyArn'],
  run(call) {
    const policy = namedPolicy(call)
    const Description = policy.description
    return { Policy: { ...describePolicy(call.world.account, policy), Description } }
  },
}

const listPolicies: Operation = {
  policy: { action: 'iam:ListPolicies', resource: allOf('policy/') },
  run(call) {
    const { params, world } = call
    validate(params, [choice('Scope', ['All', 'AWS', 'Local'])])
    const { Scope = 'All', OnlyAttached = 'false' } = params
    const policies = world.account.managedPolicies.filter(
      ({ arn }) =>
        (Scope === 'All' || (Scope === 'AWS') === isOfAws(arn)) &&
        (OnlyAttached !== 'true' || attachmentsOf(world.account, arn) > 0),
    )
    return page(call, 'Policies', policies, (policy) => describePolicy(world.account, policy))
  },
}

const deletePolicy: Operation = {
  policy: { action: 'iam:DeletePolicy', resource: namedPolicyArn },
  requires: ['PolicyArn'],
  run(call) {
    const policy = ownPolicy(call)
    const { account } = call.world
    if (attachmentsOf(account, policy.arn) > 0) {
      throw deleteConflict('Cannot delete a policy attached to entities.')
    }
    if (policy.versions.length > 1) {
      throw deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      )
    }
    account.managedPolicies.splice(account.managedPolicies.indexOf(policy), 1)
    return {}
  },
}

export function readManagedDocument(text: string) {
  const document = readDocument(text)
  if (countedSize(text) > MOST_CHARACTERS) {
    throw limitExceeded(`Cannot exceed quota for PolicySize: ${MOST_CHARACTERS}`)
  }
  return document
}

/** For operations that change it: AWS's own policies are not the account's to change. */
export function ownPolicy(call: OperationCall): ManagedPolicy {
  const policy = namedPolicy(call)
  if (isOfAws(policy.arn)) throw accessDenied('Policy is outside your own account.')
  return policy
}

function ownPolicies({ managedPolicies }: Account): ManagedPolicy[] {
  return managedPolicies.filter(({ arn }) => !isOfAws(arn))
}

function newArn({ params: { Path = '/', PolicyName = '' }, world }: OperationCall): string {
  return accountArn(world.account, `policy${Path}${PolicyName}`)
}

function attachmentsOf({ users, groups }: Account, arn: string): number {
  return [...users, ...groups].filter(({ attached }) => attached.includes(arn)).length
}

function describePolicy(account: Account, policy: ManagedPolicy) {
  return {
    PolicyName: policyName(policy.arn),
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policyPath(policy.arn),
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: attachmentsOf(account, policy.arn),
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: isoSeconds(policy.createdAt),
    UpdateDate: isoSeconds(policy.updatedAt),
  }
}

export const policyOperations: Operations = {
  CreatePolicy: createPolicy,
  DeletePolicy: deletePolicy,
  GetPolicy: getPolicy,
  ListPolicies: listPolicies,
}

import { isObject, lineOf, objectIn, objectsIn, textIn, type Json } from '../lines.ts'
import type { PolicyType } from '../size.ts'
import type { FoundPolicy, PolicyFormat } from './found-policy.ts'

/** What the AWS CLI prints of one policy. IAM's own answers have documents as URL-encoded text. */
export const AWS_CLI: PolicyFormat = {
  name: 'an answer of "aws iam" or "aws organizations"',
  matches: (file) => isObject(file) && isOne(file),
  find: (file) => {
    const { PolicyVersion, Policy } = file
    if (isObject(PolicyVersion)) return [managed(undefined, PolicyVersion)]
    if (isObject(Policy)) return [servicePolicy(Policy)]
    const owner = INLINE.find(([key]) => key in file)
    return [inline(file, owner?.[1] ?? 'group')]
  },
}

/** get-user-policy, get-group-policy and get-role-policy name the owner. */
const INLINE = [
  ['UserName', 'user'],
  ['GroupName', 'group'],
  ['RoleName', 'role'],
] as const

function isOne(file: Json): boolean {
  return (
    'Document' in objectIn(file, 'PolicyVersion') ||
    'Content' in objectIn(file, 'Policy') ||
    'PolicyDocument' in file
  )
}

function managed(name: string | undefined, version: Json): FoundPolicy {
  const { Document: document, VersionId } = version
  return { name: name ?? String(VersionId), type: 'managed', line: lineOf(version), document }
}

function inline(policy: Json, type: PolicyType, owner?: string): FoundPolicy {
  const own = textIn(policy, 'PolicyName') ?? '#1'
  const name = owner === undefined ? own : `${owner}/${own}`
  return { name, type, line: lineOf(policy), document: policy.PolicyDocument }
}

const SCP = 'SERVICE_CONTROL_POLICY'

function servicePolicy(policy: Json): FoundPolicy {
  const summary = objectIn(policy, 'PolicySummary')
  const type = textIn(summary, 'Type') ?? SCP
  const found = { name: textIn(summary, 'Name') ?? '#1', line: lineOf(policy) }
  if (type === SCP) return { ...found, type: 'scp', document: policy.Content }
  // Organizations have policies of other types, too.
  const unknown = {
    reason: `a ${type}, which decides nothing about MFA`,
    remedy: `aws organizations list-policies --filter ${SCP}, and describe-policy for one of those`,
  }
  return { ...found, document: undefined, unknown }
}

/** By the list of their owners: the inline policies, and the name of the owner. */
const OWNERS = [
  ['UserDetailList', 'UserPolicyList', 'UserName', 'user'],
  ['GroupDetailList', 'GroupPolicyList', 'GroupName', 'group'],
  ['RoleDetailList', 'RolePolicyList', 'RoleName', 'role'],
] as const

/** Every managed policy by its default version, and every inline policy. */
export const ACCOUNT_DETAILS: PolicyFormat = {
  name: 'an answer of "aws iam get-account-authorization-details"',
  matches: (file) =>
    isObject(file) &&
    [...OWNERS.map(([list]) => list), 'Policies'].some((list) => Array.isArray(file[list])),
  find: (file) => [
    ...objectsIn(file, 'Policies').flatMap((policy) =>
      objectsIn(policy, 'PolicyVersionList')
        .filter(({ IsDefaultVersion }) => IsDefaultVersion === true)
        .map((version) => managed(textIn(policy, 'PolicyName'), version)),
    ),
    ...OWNERS.flatMap(([list, policies, name, type]) =>
      objectsIn(file, list).flatMap((owner) =>
        objectsIn(owner, policies).map((policy) =>
          inline(policy, type, `${type}/${textIn(owner, name) ?? ''}`),
        ),
      ),
    ),
  ],
}

import type { Role } from './model.ts'

const MARKS = ['sts:TagSession', 'sts:SetSourceIdentity']

/** The trust policy of a role, as JSON: its own, or the one that its fields stand for. */
export function trustPolicyText(role: Role): string {
  return role.trustPolicy ?? JSON.stringify(trustPolicyOf(role), null, 2)
}

function trustPolicyOf({
  trusts,
  requiresMfa,
  externalId,
  requiresUserName = false,
  allowsMarks = true,
}: Role) {
  const equal = {
    ...(externalId === undefined ? {} : { 'sts:ExternalId': externalId }),
    ...(requiresUserName ? { 'sts:RoleSessionName': '${aws:username}' } : {}),
  }
  const condition = {
    ...(requiresMfa ? { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } : {}),
    ...(Object.keys(equal).length > 0 ? { StringEquals: equal } : {}),
  }
  const statement = {
    Effect: 'Allow',
    // IAM takes no empty list of principals.
    Principal: trusts.length > 0 ? { AWS: trusts } : { Service: 'ec2.amazonaws.com' },
    Action: ['sts:AssumeRole', ...(allowsMarks ? MARKS : [])],
    ...(Object.keys(condition).length > 0 ? { Condition: condition } : {}),
  }
  return { Version: '2012-10-17', Statement: [statement] }
}

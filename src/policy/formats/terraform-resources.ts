import type { PolicyType } from '../size.ts'

/** The resources of Terraform's AWS provider that are a policy, and their attribute with its JSON. */
export const TERRAFORM_POLICIES: ReadonlyMap<
  string,
  { readonly attribute: string; readonly type: PolicyType }
> = new Map([
  ['aws_iam_policy', { attribute: 'policy', type: 'managed' }],
  ['aws_iam_user_policy', { attribute: 'policy', type: 'user' }],
  ['aws_iam_group_policy', { attribute: 'policy', type: 'group' }],
  ['aws_iam_role_policy', { attribute: 'policy', type: 'role' }],
  ['aws_organizations_policy', { attribute: 'content', type: 'scp' }],
])

import { ACCOUNT_DETAILS, AWS_CLI } from './aws-cli.ts'
import { CLOUDFORMATION } from './cloudformation.ts'
import type { PolicyFormat } from './found-policy.ts'
import { PLAIN } from './plain.ts'
import { TERRAFORM_JSON } from './terraform-json.ts'
import { TERRAFORM_PLAN } from './terraform-plan.ts'

/** The first that matches is the form of a file. */
export const FORMATS: readonly PolicyFormat[] = [
  TERRAFORM_PLAN,
  CLOUDFORMATION,
  ACCOUNT_DETAILS,
  AWS_CLI,
  TERRAFORM_JSON,
  PLAIN,
]

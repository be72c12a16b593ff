/** The name is what follows the last slash of a policy's ARN. */
export function policyName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}

/** As in `/` or `/team/`. */
export function policyPath(arn: string): string {
  return arn.slice(arn.indexOf('/'), arn.lastIndexOf('/') + 1)
}

/** AWS's own policies have `aws` where others have the account's number. */
export function isOfAws(arn: string): boolean {
  return arn.split(':')[4] === 'aws'
}

/** The `*`, account IDs and ARNs in a trust policy's Principal (IAM User Guide, "AWS JSON policy elements: Principal"). */
export function trustPrincipals(principal: unknown): string[] {
  if (principal === '*') return ['*']
  if (typeof principal !== 'object' || principal === null || !('AWS' in principal)) return []
  return [principal.AWS].flat().filter((each) => typeof each === 'string')
}

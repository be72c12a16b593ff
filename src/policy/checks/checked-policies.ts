import type { NamedPolicy } from '../evaluate.ts'
import type { PolicyProblem } from '../findings.ts'
import { locateStatements, type ActionOnResource, type LocatedStatement } from '../mfa-deny.ts'
import { outcomesOf, predict } from '../predict.ts'
import { createRequest, iamArn, ownArn, type CredentialKind, type Subject } from '../subject.ts'

export interface CheckedPolicies {
  readonly policies: readonly NamedPolicy[]
  readonly subject: Subject
  readonly allows: readonly LocatedStatement[]
  readonly denies: readonly LocatedStatement[]
  /** The Deny statements with a condition on MFA. */
  readonly mfaDenies: readonly LocatedStatement[]
  /** The kinds without MFA that are denied anything. Another check reports a kind that slips through. */
  readonly deniedKinds: readonly CredentialKind[]
  /** Whether the subject has no other policies. */
  readonly isComplete: boolean
  /** The users who must set a first password; undefined if the policies are not those of an account. */
  readonly firstPasswords: readonly string[] | undefined
}

export const KINDS_WITHOUT_MFA = ['bareKey', 'sessionWithoutMfa'] as const

export type PolicyCheck = (checked: CheckedPolicies) => PolicyProblem[]

/** An IAM action of the user's own, on the resource that IAM checks it against. */
export function ownRequest(subject: Subject, action: string): ActionOnResource {
  const isOnDevice = action.endsWith('VirtualMFADevice')
  return [action, isOnDevice ? iamArn(subject, `mfa/${subject.user}`) : ownArn(subject)]
}

/** Whether the policies allow the request, at least for some values of what is not known. */
export function isAllowed(
  { policies, subject }: CheckedPolicies,
  [action, resource]: ActionOnResource,
  kind: CredentialKind,
): boolean {
  const request = createRequest(subject, action, resource, kind)
  const prediction = predict(locateStatements(policies), request)
  return outcomesOf(prediction).some(({ decision }) => decision === 'allowed')
}

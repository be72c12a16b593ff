import { evaluate, type Evaluation, type NamedPolicy } from './evaluate.ts'
import type { ActionOnResource } from './mfa-deny.ts'
import { createRequest, iamArn, ownArn, type CredentialKind, type Subject } from './subject.ts'

export interface Verdict {
  readonly decision: 'allowed' | 'denied' | 'not allowed'
  /** The statement that decides, by Sid or number; null for an implicit deny. */
  readonly by: string | null
}

export interface MatrixRow {
  readonly action: string
  readonly resource: string
  readonly withoutMfa: Verdict
  readonly withMfa: Verdict
}

/** What policies decide about self-service and everyday work, with a bare key and with an MFA session. */
export function createMatrix(policies: readonly NamedPolicy[], subject: Subject): MatrixRow[] {
  const decide = ([action, resource]: ActionOnResource, kind: CredentialKind): Verdict =>
    toVerdict(policies, evaluate(policies, createRequest(subject, action, resource, kind)))
  return matrixRequests(subject).map((request) => ({
    action: request[0],
    resource: request[1],
    withoutMfa: decide(request, 'bareKey'),
    withMfa: decide(request, 'mfaSession'),
  }))
}

function matrixRequests(subject: Subject): readonly ActionOnResource[] {
  const own = ownArn(subject)
  const device = iamArn(subject, `mfa/${subject.user}`)
  return [
    ['iam:ListMFADevices', own],
    ['iam:CreateVirtualMFADevice', device],
    ['iam:EnableMFADevice', own],
    ['iam:ResyncMFADevice', own],
    ['iam:DeactivateMFADevice', own],
    ['iam:DeleteVirtualMFADevice', device],
    ['iam:ChangePassword', own],
    ['iam:CreateAccessKey', own],
    ['iam:ListUsers', iamArn(subject, 'user/')],
    ['sts:AssumeRole', iamArn(subject, 'role/work')],
    ['s3:ListAllMyBuckets', '*'],
    ['ec2:DescribeInstances', '*'],
  ]
}

/** What the matrix calls the decisions of IAM's policy evaluation. */
export const DECISIONS = {
  allowed: 'allowed',
  explicitDeny: 'denied',
  implicitDeny: 'not allowed',
} as const

function toVerdict(policies: readonly NamedPolicy[], { decision, statement }: Evaluation): Verdict {
  const verdict = DECISIONS[decision]
  if (statement === undefined) return { decision: verdict, by: null }
  const name = statement.sid ?? `#${statement.index + 1}`
  // The name of the only policy is no information.
  const by = policies.length > 1 ? `${statement.policy}: ${name}` : name
  return { decision: verdict, by: name === '' ? null : by }
}

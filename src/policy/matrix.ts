import { locateStatements, type NamedPolicy } from './evaluate.ts'
import { predict, type Prediction } from './predict.ts'
import type { ActionOnResource } from './mfa-deny.ts'
import { createRequest, iamArn, ownArn, type CredentialKind, type Subject } from './subject.ts'

export interface Verdict {
  readonly decision: 'allowed' | 'denied' | 'not allowed' | 'depends'
  /** The context keys that a decision depends on. */
  readonly keys?: readonly string[]
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
  const statements = locateStatements(policies)
  const decide = ([action, resource]: ActionOnResource, kind: CredentialKind): Verdict =>
    toVerdict(policies, predict(statements, createRequest(subject, action, resource, kind)))
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

function toVerdict(policies: readonly NamedPolicy[], prediction: Prediction): Verdict {
  const statement = 'statement' in prediction ? prediction.statement : undefined
  const verdict =
    'keys' in prediction
      ? { decision: 'depends' as const, keys: prediction.keys }
      : { decision: DECISIONS[prediction.decision] }
  if (statement === undefined) return { ...verdict, by: null }
  const name = statement.sid ?? `#${statement.index + 1}`
  // The name of the only policy is no information.
  const by = policies.length > 1 ? `${statement.policy}: ${name}` : name
  return { ...verdict, by: name === '' ? null : by }
}

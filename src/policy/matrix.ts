import { evaluate, type NamedPolicy } from './evaluate.ts'
import { iamArn, ownArn, requestOf, type Credentials, type Subject } from './subject.ts'

export interface Verdict {
  readonly decision: 'allowed' | 'denied' | 'not allowed'
  /** The statement that decided, by Sid or number; null where none did. */
  readonly by: string | null
}

export interface Row {
  readonly action: string
  readonly resource: string
  readonly withoutMfa: Verdict
  readonly withMfa: Verdict
}

function representative(subject: Subject): readonly (readonly [string, string])[] {
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

/** What policies decide about everyday actions, with a bare key and with an MFA session. */
export function matrixOf(policies: readonly NamedPolicy[], subject: Subject): Row[] {
  const verdict = (action: string, resource: string, credentials: Credentials): Verdict => {
    const { decision, statement } = evaluate(
      policies,
      requestOf(subject, action, resource, credentials),
    )
    const sid = statement && (statement.sid ?? `#${statement.index + 1}`)
    // With one policy its name says nothing.
    const by = statement && sid ? (policies.length > 1 ? `${statement.policy}: ${sid}` : sid) : null
    if (decision === 'allowed') return { decision, by }
    return { decision: decision === 'explicitDeny' ? 'denied' : 'not allowed', by }
  }
  return representative(subject).map(([action, resource]) => ({
    action,
    resource,
    withoutMfa: verdict(action, resource, 'bareKey'),
    withMfa: verdict(action, resource, 'mfaSession'),
  }))
}

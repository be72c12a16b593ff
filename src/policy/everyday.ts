import { matches, type Placed } from './gate.ts'
import { iamArn, ownArn, type Credentials, type Subject } from './subject.ts'

export type Asked = readonly [action: string, resource: string]

/** What people do all day, and what would let a key without MFA climb. */
export function everyday(subject: Subject): readonly Asked[] {
  const { partition, account } = subject
  return [
    ['s3:ListAllMyBuckets', '*'],
    ['s3:GetObject', `arn:${partition}:s3:::bucket/key`],
    ['ec2:DescribeInstances', '*'],
    ['lambda:InvokeFunction', `arn:${partition}:lambda:us-east-1:${account}:function:work`],
    ['iam:CreateUser', iamArn(subject, 'user/somebody-else')],
    ['iam:PutUserPolicy', ownArn(subject)],
    ['iam:AttachUserPolicy', ownArn(subject)],
    ['sts:AssumeRole', iamArn(subject, 'role/work')],
  ]
}

/** Those of them that statements leave open. */
export function openTo(
  denies: readonly Placed[],
  subject: Subject,
  credentials: Credentials,
): readonly Asked[] {
  return everyday(subject).filter((asked) => !matches(denies, subject, asked, credentials))
}

export type WithoutMfa = 'bareKey' | 'sessionWithoutMfa'

/** The kinds of credentials without MFA that do not slip through altogether, which is a finding of its own. */
export function heldKinds(denies: readonly Placed[], subject: Subject): WithoutMfa[] {
  const all = everyday(subject).length
  return (['bareKey', 'sessionWithoutMfa'] as const).filter(
    (kind) => openTo(denies, subject, kind).length < all,
  )
}

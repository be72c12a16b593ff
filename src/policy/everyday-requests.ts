import { matches, type ActionOnResource, type LocatedStatement } from './mfa-deny.ts'
import { iamArn, ownArn, type CredentialKind, type Subject } from './subject.ts'

/** Everyday work, and what a stolen key needs to get more permissions. */
export function everydayRequests(subject: Subject): readonly ActionOnResource[] {
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

/** The everyday requests that no statement denies. */
export function openRequests(
  denies: readonly LocatedStatement[],
  subject: Subject,
  kind: CredentialKind,
): readonly ActionOnResource[] {
  return everydayRequests(subject).filter((request) => !matches(denies, subject, request, kind))
}

export type KindWithoutMfa = 'bareKey' | 'sessionWithoutMfa'

/** The kinds without MFA that are denied anything. Another check reports a kind that slips through. */
export function deniedKinds(
  denies: readonly LocatedStatement[],
  subject: Subject,
): KindWithoutMfa[] {
  const all = everydayRequests(subject).length
  return (['bareKey', 'sessionWithoutMfa'] as const).filter(
    (kind) => openRequests(denies, subject, kind).length < all,
  )
}

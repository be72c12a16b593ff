/** The Deny statements that keep credentials without MFA out of the account. */
import { clausesOf, type LocatedStatement } from './evaluate.ts'
import { matchesAction } from './pattern.ts'
import { predict, type Prediction } from './predict.ts'
import type { OpenContext } from './request-context.ts'
import {
  createRequest,
  iamArn,
  MFA,
  MFA_AGE,
  ownArn,
  type CredentialKind,
  type Subject,
} from './subject.ts'

export { locateStatements, type LocatedStatement } from './evaluate.ts'

export type ActionOnResource = readonly [action: string, resource: string]

export function isMfaDeny(located: LocatedStatement): boolean {
  return located.statement.Effect === 'Deny' && testsMfa(located)
}

const MFA_KEYS = [MFA, MFA_AGE].map((key) => key.toLowerCase())

export function testsMfa({ statement: { Condition } }: LocatedStatement): boolean {
  return clausesOf(Condition).some(({ key }) => isMfaKey(key))
}

export function isMfaKey(key: string): boolean {
  return MFA_KEYS.includes(key.toLowerCase())
}

/** Whether NotAction excludes an action from the Deny. */
export function exempts(at: LocatedStatement, action: string): boolean {
  return exemption(at, action) !== undefined
}

/** What in NotAction excludes an action from the Deny. */
export function exemption(
  { statement: { NotAction } }: LocatedStatement,
  action: string,
): string | undefined {
  return NotAction?.find((pattern) => matchesAction(action, pattern))
}

/** Whether any of these statements, Allow or Deny, may apply to a request. */
export function matches(
  statements: readonly LocatedStatement[],
  subject: Subject,
  request: ActionOnResource,
  kind: CredentialKind,
  context?: OpenContext,
): boolean {
  return predictFor(statements, subject, request, kind, context).decision !== 'implicitDeny'
}

/** Whether they apply whatever the values are that are not known. */
export function alwaysMatch(
  statements: readonly LocatedStatement[],
  subject: Subject,
  request: ActionOnResource,
  kind: CredentialKind,
): boolean {
  const { decision } = predictFor(statements, subject, request, kind)
  return decision === 'allowed' || decision === 'explicitDeny'
}

export function predictFor(
  statements: readonly LocatedStatement[],
  subject: Subject,
  [action, resource]: ActionOnResource,
  kind: CredentialKind,
  context?: OpenContext,
): Prediction {
  return predict(statements, createRequest(subject, action, resource, kind, context))
}

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

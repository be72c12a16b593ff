/** The Deny statements that keep credentials without MFA out of the account. */
import type { PolicyDocument, Statement } from './document.ts'
import { evaluate, type NamedPolicy } from './evaluate.ts'
import { matchesAction } from './pattern.ts'
import {
  createRequest,
  iamArn,
  MFA,
  MFA_AGE,
  ownArn,
  type CredentialKind,
  type Subject,
} from './subject.ts'

/** A statement and where it is. */
export interface LocatedStatement {
  readonly statement: Statement
  /** Counted from 0. */
  readonly index: number
  readonly policy: NamedPolicy
}

export type ActionOnResource = readonly [action: string, resource: string]

export function locateStatements(policies: readonly NamedPolicy[]): LocatedStatement[] {
  return policies.flatMap((policy) =>
    policy.document.Statement.map((statement, index) => ({ statement, index, policy })),
  )
}

export function isMfaDeny(located: LocatedStatement): boolean {
  return located.statement.Effect === 'Deny' && testsMfa(located)
}

const MFA_KEYS = [MFA, MFA_AGE].map((key) => key.toLowerCase())

export function testsMfa({ statement: { Condition = {} } }: LocatedStatement): boolean {
  const keys = Object.values(Condition).flatMap(Object.keys)
  return keys.some((key) => MFA_KEYS.includes(key.toLowerCase()))
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

/** Whether any of these statements, Allow or Deny, applies to a request. */
export function matches(
  statements: readonly LocatedStatement[],
  subject: Subject,
  [action, resource]: ActionOnResource,
  kind: CredentialKind,
  context?: Readonly<Record<string, string>>,
): boolean {
  const policies = statements.map(({ statement, policy: { name, document } }) => {
    const alone: PolicyDocument = { Version: document.Version, Statement: [statement] }
    return { name, document: alone }
  })
  const request = createRequest(subject, action, resource, kind, context)
  return evaluate(policies, request).decision !== 'implicitDeny'
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

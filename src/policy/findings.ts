import { CATALOG_DATE } from './actions/catalog.ts'
import { WITHIN_PART } from './actions/overlap.ts'
import type { Clause } from './evaluate.ts'
import { exemption, exempts, type LocatedStatement } from './mfa-deny.ts'
import { MFA } from './subject.ts'

/** The most severe first. Notes do not make a check fail. */
export const SEVERITIES = ['error', 'warning', 'note'] as const
type Severity = (typeof SEVERITIES)[number]

/** A finding as users see it, with its message. */
export interface PolicyFinding {
  readonly code: keyof typeof MESSAGES
  readonly severity: Severity
  readonly message: string
  readonly remedy: string
  /** Undefined if the finding is about all policies. */
  readonly policy?: string
  /** Counted from 0; undefined if the finding is about the whole policy. */
  readonly index?: number
  /** By Sid or number; null if the finding is about the whole policy. */
  readonly statement: string | null
}

type MessageParts = readonly [severity: Severity, message: string, remedy: string]

interface At {
  readonly at: LocatedStatement
}

interface Actions {
  readonly actions: readonly string[]
}

const [ERROR, WARNING, NOTE] = SEVERITIES

/** Every finding of `policy check` in the order of docs/usage.md, by the details of its message. */
const MESSAGES = {
  'no-mfa-deny': ({ doesAllowTestMfa }: { doesAllowTestMfa: boolean }) => [
    ERROR,
    doesAllowTestMfa
      ? 'Only Allow statements look at MFA: any other Allow lets a bare key past them.'
      : 'No Deny statement looks at MFA, so a bare key may do all that some other statement allows.',
    `add the Deny of "mfa-login policy show": NotAction with BoolIfExists ${MFA} false`,
  ],
  'denies-nothing': ({
    isConditionWrong,
    covered,
  }: {
    isConditionWrong: boolean
    covered: readonly string[]
  }) => [
    ERROR,
    isConditionWrong
      ? 'Its condition holds for no request without MFA, so the Deny leaves everything open.'
      : `The Deny leaves open without MFA: everything${covered.length === 0 ? '' : ` but ${covered.join(', ')}`}.`,
    isConditionWrong
      ? `set its condition to BoolIfExists ${MFA} false`
      : 'write NotAction with only what enrolling a device takes, and Resource "*"',
  ],
  'never-applies': ({ at, conflict }: At & { conflict: readonly Clause[] }) => [
    at.statement.Effect === 'Deny' ? ERROR : WARNING,
    `No request meets its condition: ${conflict.map(showClause).join(' and ')}.`,
    'correct the condition, or remove it',
  ],
  'allow-if-exists': () => [
    ERROR,
    `This Allow lets long-term keys in: they lack ${MFA}, and its condition holds without it.`,
    `set its condition to Bool ${MFA} true`,
  ],
  'bool-not-if-exists': () => [
    ERROR,
    `This does not match long-term keys, which lack ${MFA}: they slip through.`,
    `set its condition to BoolIfExists ${MFA} false`,
  ],
  'session-slips-through': () => [
    ERROR,
    `This matches long-term keys, but a session without MFA, where ${MFA} is false, slips through.`,
    `set its condition to BoolIfExists ${MFA} false`,
  ],
  'denies-with-mfa': () => [
    ERROR,
    'The Deny also hits sessions with MFA, so nobody can work.',
    `set its condition to BoolIfExists ${MFA} false`,
  ],
  'enrolment-blocked': ({ at, actions }: At & Actions) => [
    ERROR,
    `Users without a device are locked out: ${actions.join(', ')} denied without MFA.`,
    exemptAction(at, actions.join(', ')),
  ],
  'enrolment-not-allowed': ({
    actions,
    isComplete,
    user,
  }: Actions & { isComplete: boolean; user: string | undefined }) => [
    isComplete ? ERROR : NOTE,
    isComplete
      ? `Users without a device are locked out: no policy allows ${actions.join(', ')}${user === undefined ? '' : ` to ${user}`}.`
      : `This policy does not allow ${actions.join(', ')}; another one must.`,
    `allow ${actions.join(', ')} as "mfa-login policy show" does`,
  ],
  'deactivate-without-mfa': describeExemption(ERROR, 'take the user’s device away'),
  'not-own-user': ({ actions, partition }: Actions & { partition: string }) => [
    ERROR,
    `Other users can be reached with ${actions.join(', ')}.`,
    `set Resource to ${ownUsers(partition)}`,
  ],
  'exception-self-granted': ({
    users,
    action,
    by,
  }: {
    users: string
    action: string
    by: string
  }) => [
    ERROR,
    `Users can make themselves ${users}, who need no MFA: ${by} allows ${action}.`,
    `deny ${action} to the users of this policy`,
  ],
  'unknown-action': ({ action, near }: At & { action: string; near: string | undefined }) => [
    // A newer action is no reason to fail as an error does.
    WARNING,
    `AWS had no action that ${action} matches on ${CATALOG_DATE}, the date of mfa-login's list.`,
    near === undefined ? 'correct the name or take it out' : `write ${near}`,
  ],
  'too-large': ({ size, max }: { size: number; max: number }) => [
    ERROR,
    `${size} characters without whitespace; AWS takes ${max}.`,
    'split it, or shorten lists and names',
  ],
  'stops-roles': ({ partition }: { partition: string }) => [
    ERROR,
    'The Deny also stops role sessions and service roles, which carry no MFA key.',
    `limit it to users: add "ArnLike": {"aws:PrincipalArn": "arn:${partition}:iam::*:user/*"}`,
  ],
  'old-version': () => [
    ERROR,
    'Version 2008-10-17 takes ${aws:username} as plain text.',
    'set "Version": "2012-10-17"',
  ],
  'deny-not-everything': ({
    open,
    isEveryday,
  }: At & { open: readonly string[]; isEveryday: boolean }) => [
    isEveryday ? ERROR : WARNING,
    `The Deny leaves open without MFA: ${open.join(', ')}.`,
    'write NotAction with only what enrolling a device takes, and Resource "*"',
  ],
  'resource-never-matches': ({
    at,
    actions,
    resources,
  }: At & Actions & { resources: readonly string[] }) => [
    WARNING,
    `No request for ${actions.join(', ')} has a Resource of this statement, so it ${at.statement.Effect === 'Allow' ? 'allows' : 'denies'} none.`,
    `set Resource to ${resources.length === 0 ? '"*" in a statement of its own' : resources.map(showPattern).join(' or ')}`,
  ],
  'resync-blocked': ({ at }: At) => [
    WARNING,
    'A user whose device has drifted cannot resync it: iam:ResyncMFADevice denied.',
    exemptAction(at, 'iam:ResyncMFADevice'),
  ],
  'access-key-without-mfa': describeExemption(WARNING, 'create another key'),
  'password-without-mfa': describeExemption(WARNING, 'try and change the password'),
  'delete-without-mfa': describeExemption(WARNING, 'delete unassigned devices, also others’'),
  'device-name-pinned': ({ partition }: { partition: string }) => [
    WARNING,
    'mfa/${aws:username} allows one device name only; a second device needs another.',
    `set Resource to arn:${partition}:iam::*:mfa/*`,
  ],
  'services-blocked': ({ at }: At) => [
    WARNING,
    'The Deny also hits AWS services that act for the user (aws/aws-cdk#27622).',
    at.statement.Condition?.BoolIfExists === undefined
      ? 'add "BoolIfExists": {"aws:ViaAWSService": "false"} to its condition'
      : 'add "aws:ViaAWSService": "false" to its BoolIfExists',
  ],
  'exception-without-end': ({ users }: { users: string }) => [
    WARNING,
    `The Deny leaves out ${users} without an end.`,
    'end it on a day, as "mfa-login policy show --except-path /machines/ --until 2027-03-31" does',
  ],
  exception: ({ users, until, isFar }: { users: string; until: string; isFar: boolean }) => [
    NOTE,
    `The Deny leaves out ${users} until ${until}${isFar ? ', more than a year from now' : ''}.`,
    isFar ? 'end it sooner' : 'check that you intend the exception',
  ],
  'exception-ended': ({ users, until }: { users: string; until: string }) => [
    NOTE,
    `The exception of ${users} ended at ${until}: the Deny stops them, too.`,
    'take the exception out, or give it a new end',
  ],
  'exception-without-boundary': ({ users }: { users: string }) => [
    NOTE,
    `Whether ${users} have a permissions boundary is not known here; without one, their keys alone open all that they may do.`,
    'aws iam put-user-permissions-boundary --user-name NAME --permissions-boundary ARN, for each',
  ],
  'path-not-covered': ({ partition }: { partition: string }) => [
    NOTE,
    'Users with an IAM path are left out: user/team/alice does not match user/${aws:username}.',
    `set Resource to ${ownUsers(partition)}`,
  ],
  'first-password-blocked': ({
    users,
    isDenied,
  }: {
    users: readonly string[]
    isDenied: boolean
  }) => [
    users.length === 0 ? NOTE : WARNING,
    `${users.length === 0 ? 'Users who must set a password at the first sign-in' : `${listFew(users)} must set a password at the next sign-in, and`} cannot: iam:ChangePassword is ${isDenied ? 'denied without MFA' : 'not allowed'}.`,
    'where users get such passwords: "mfa-login policy show --allow-first-password"',
  ],
  'further-conditions': ({ keys }: At & { keys: readonly string[] }) => [
    NOTE,
    `Whether the Deny applies depends on ${keys.join(', ')}.`,
    'check that you intend the exception',
  ],
  'session-token-exempt': () => [
    NOTE,
    'sts:GetSessionToken need not be exempt: AWS applies no policy to it.',
    'leave it or take it out',
  ],
} satisfies Readonly<Record<string, (details: never) => MessageParts>>

/** What a check finds, where (`policy` if it is about a whole one), and the details of its message. */
export type PolicyProblem = {
  [Code in keyof typeof MESSAGES]: { readonly code: Code; readonly policy?: string } & Partial<At> &
    (Parameters<(typeof MESSAGES)[Code]> extends [infer Details] ? Details : unknown)
}[keyof typeof MESSAGES]

export function describeProblem(problem: PolicyProblem): PolicyFinding {
  // The entry takes problems of this very code, which TypeScript cannot infer.
  const describe = MESSAGES[problem.code] as (problem: PolicyProblem) => MessageParts
  const [severity, message, remedy] = describe(problem)
  return { code: problem.code, severity, message, remedy, ...locate(problem) }
}

function locate({ at, policy }: PolicyProblem) {
  if (at === undefined) return { ...(policy === undefined ? {} : { policy }), statement: null }
  const { statement, index } = at
  return { policy: at.policy.name, index, statement: statement.Sid ?? `#${index + 1}` }
}

function describeExemption(severity: Severity, harm: string) {
  return ({ at, action }: At & { action: string }): MessageParts => [
    severity,
    `${action} is ${exempts(at, action) ? 'exempt' : 'not denied'}: a stolen key can ${harm}.`,
    coverAction(at, action),
  ]
}

function showClause({ operator, key, values }: Clause): string {
  return `${operator} ${key} ${values.join(' or ')}`
}

function listFew(names: readonly string[]): string {
  const more = names.length - 3
  return names.slice(0, 3).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

function showPattern(pattern: string): string {
  return pattern.replaceAll(WITHIN_PART, '*')
}

function ownUsers(partition: string): string {
  const user = `arn:${partition}:iam::*:user/`
  return `["${user}\${aws:username}", "${user}*/\${aws:username}"]`
}

/** A pattern such as `iam:*` stands for actions that users need, too: only those stay exempt. */
function coverAction(at: LocatedStatement, action: string): string {
  const pattern = exemption(at, action)
  if (pattern === undefined) return `make the Deny cover ${action}`
  return pattern.toLowerCase() === action.toLowerCase()
    ? `take ${action} out of NotAction`
    : `in NotAction, write the actions that "mfa-login policy show" exempts instead of ${pattern}`
}

function exemptAction({ statement }: LocatedStatement, actions: string): string {
  return statement.NotAction === undefined
    ? 'write NotAction instead of Action, with what "mfa-login policy show" exempts'
    : `add ${actions} to NotAction`
}

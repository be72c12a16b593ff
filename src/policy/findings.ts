import { exemption, type LocatedStatement } from './mfa-deny.ts'
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
  'bool-not-if-exists': () => [
    ERROR,
    `This does not match long-term keys, which lack ${MFA}: they slip through.`,
    'write BoolIfExists instead of Bool',
  ],
  'session-slips-through': () => [
    ERROR,
    `This matches long-term keys only: a session without MFA, where ${MFA} is false, slips through.`,
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
  'enrolment-not-allowed': ({ actions, isComplete }: Actions & { isComplete: boolean }) => [
    isComplete ? ERROR : NOTE,
    isComplete
      ? `Users without a device are locked out: no policy allows ${actions.join(', ')}.`
      : `This policy does not allow ${actions.join(', ')}; another one must.`,
    `allow ${actions.join(', ')} as "mfa-login policy show" does`,
  ],
  'deactivate-without-mfa': describeExemption(ERROR, 'take the user’s device away'),
  'not-own-user': ({ actions, partition }: Actions & { partition: string }) => [
    ERROR,
    `${actions.join(', ')} reach other users too.`,
    `set Resource to arn:${partition}:iam::*:user/\${aws:username}`,
  ],
  'old-version': () => [
    ERROR,
    'Version 2008-10-17 takes ${aws:username} as plain text.',
    'set "Version": "2012-10-17"',
  ],
  'deny-not-everything': ({ open }: At & { open: readonly string[] }) => [
    WARNING,
    `The Deny leaves open without MFA: ${open.join(', ')}.`,
    'write NotAction with only what enrolling a device takes, and Resource "*"',
  ],
  'resync-blocked': ({ at }: At) => [
    WARNING,
    'A user whose device has drifted cannot resync it: iam:ResyncMFADevice denied.',
    exemptAction(at, 'iam:ResyncMFADevice'),
  ],
  'access-key-without-mfa': describeExemption(WARNING, 'mint itself another key'),
  'password-without-mfa': describeExemption(WARNING, 'try and change the password'),
  'delete-without-mfa': describeExemption(WARNING, 'delete unassigned devices, also others’'),
  'device-name-pinned': ({ partition }: { partition: string }) => [
    WARNING,
    'mfa/${aws:username} allows one device name only; a second device needs another.',
    `set Resource to arn:${partition}:iam::*:mfa/*`,
  ],
  'services-blocked': () => [
    WARNING,
    'The Deny also hits AWS services that act for the user (aws/aws-cdk#27622).',
    'add "aws:ViaAWSService": "false" to its BoolIfExists',
  ],
  'further-conditions': ({ keys }: At & { keys: readonly string[] }) => [
    NOTE,
    `The Deny holds only where its conditions on ${keys.join(', ')} do as well.`,
    'see that the exception is meant',
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
    `${action} is exempt: a stolen key can ${harm}.`,
    coverAction(at, action),
  ]
}

/** A pattern such as `iam:*` stands for actions that users need, too: only those stay exempt. */
function coverAction(at: LocatedStatement, action: string): string {
  const pattern = exemption(at, action)
  if (pattern === undefined) return `let the Deny cover ${action}`
  return pattern.toLowerCase() === action.toLowerCase()
    ? `take ${action} out of NotAction`
    : `in NotAction, write the actions that "mfa-login policy show" exempts instead of ${pattern}`
}

function exemptAction({ statement }: LocatedStatement, actions: string): string {
  return statement.NotAction === undefined
    ? `write NotAction instead of Action, with ${actions} in it`
    : `add ${actions} to NotAction`
}

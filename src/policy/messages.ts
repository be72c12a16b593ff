import {
  SEVERITIES,
  type ActionAtStatement,
  type PolicyFinding,
  type PolicyFindingCode,
  type PolicyProblem,
  type ProblemDetails,
  type Severity,
} from './finding.ts'
import { exempts, type LocatedStatement } from './mfa-deny.ts'
import { MFA } from './subject.ts'

type MessageParts = readonly [severity: Severity, message: string, remedy: string]

const [ERROR, WARNING, NOTE] = SEVERITIES

/** Every finding of `policy check`, in the order of docs/usage.md. */
const MESSAGES: {
  readonly [Code in PolicyFindingCode]: (details: ProblemDetails[Code]) => MessageParts
} = {
  'no-mfa-deny': ({ doesAllowTestMfa }) => [
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
  'enrolment-blocked': ({ at, actions }) => [
    ERROR,
    `Users without a device are locked out: ${actions.join(', ')} denied without MFA.`,
    exemptAction(at, actions.join(', ')),
  ],
  'enrolment-not-allowed': ({ actions, isComplete }) => [
    isComplete ? ERROR : NOTE,
    isComplete
      ? `Users without a device are locked out: no policy allows ${actions.join(', ')}.`
      : `This policy does not allow ${actions.join(', ')}; another one must.`,
    `allow ${actions.join(', ')} as "mfa-login policy show" does`,
  ],
  'deactivate-without-mfa': describeExemption(ERROR, 'take the user’s device away'),
  'not-own-user': ({ actions, partition }) => [
    ERROR,
    `${actions.join(', ')} reach other users too.`,
    `set Resource to arn:${partition}:iam::*:user/\${aws:username}`,
  ],
  'old-version': () => [
    ERROR,
    'Version 2008-10-17 takes ${aws:username} as plain text.',
    'set "Version": "2012-10-17"',
  ],
  'deny-not-everything': ({ open }) => [
    WARNING,
    `The Deny leaves open without MFA: ${open.join(', ')}.`,
    'write NotAction with only what enrolling a device takes, and Resource "*"',
  ],
  'resync-blocked': ({ at }) => [
    WARNING,
    'A user whose device has drifted cannot resync it: iam:ResyncMFADevice denied.',
    exemptAction(at, 'iam:ResyncMFADevice'),
  ],
  'access-key-without-mfa': describeExemption(WARNING, 'mint itself another key'),
  'password-without-mfa': describeExemption(WARNING, 'try and change the password'),
  'delete-without-mfa': describeExemption(WARNING, 'delete unassigned devices, also others’'),
  'device-name-pinned': ({ partition }) => [
    WARNING,
    'mfa/${aws:username} allows one device name only; a second device needs another.',
    `set Resource to arn:${partition}:iam::*:mfa/*`,
  ],
  'services-blocked': () => [
    WARNING,
    'The Deny also hits AWS services that act for the user (aws/aws-cdk#27622).',
    'add "aws:ViaAWSService": "false" to its BoolIfExists',
  ],
  'further-conditions': ({ keys }) => [
    NOTE,
    `The Deny holds only where its conditions on ${keys.join(', ')} do as well.`,
    'see that the exception is meant',
  ],
  'session-token-exempt': () => [
    NOTE,
    'sts:GetSessionToken need not be exempt: AWS applies no policy to it.',
    'leave it or take it out',
  ],
}

export function describeProblem(problem: PolicyProblem): PolicyFinding {
  // The entry takes problems of this very code, which TypeScript cannot infer.
  const describe = MESSAGES[problem.code] as (problem: PolicyProblem) => MessageParts
  const [severity, message, remedy] = describe(problem)
  return { code: problem.code, severity, message, remedy, ...locate(problem) }
}

function locate(problem: PolicyProblem): Pick<PolicyFinding, 'policy' | 'index' | 'statement'> {
  if ('at' in problem) {
    const { statement, index, policy } = problem.at
    return { policy: policy.name, index, statement: statement.Sid ?? `#${index + 1}` }
  }
  return { ...('policy' in problem ? { policy: problem.policy } : {}), statement: null }
}

function describeExemption(severity: Severity, harm: string) {
  return ({ at, action }: ActionAtStatement): MessageParts => [
    severity,
    `${action} is exempt: a stolen key can ${harm}.`,
    exempts(at, action) ? `take ${action} out of NotAction` : `let the Deny cover ${action}`,
  ]
}

function exemptAction({ statement }: LocatedStatement, actions: string): string {
  return statement.NotAction === undefined
    ? `write NotAction instead of Action, with ${actions} in it`
    : `add ${actions} to NotAction`
}

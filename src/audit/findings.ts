/** The findings of an audit, the most severe first; pure. */
import { SEVERITIES } from '../policy/findings.ts'
import { nameOption, type Caller } from '../administration/caller.ts'
import { applyCommand, type Enforcing } from './enforcing.ts'
import { describeEnd } from './judge-users.ts'
import type { UnreadablePolicy } from './model.ts'
import type { AuditFinding, GateVerdict, RoleVerdict, UserVerdict } from './report.ts'
import { NO_ROOT_DEVICE, ROOT, ROOT_KEYS } from './root.ts'

interface Judged {
  readonly users: readonly UserVerdict[]
  readonly roles: readonly RoleVerdict[]
  readonly policies: readonly GateVerdict[]
  readonly unreadable: readonly UnreadablePolicy[]
  readonly enforcing: readonly Enforcing[]
  /** The options for every policy that enforces. */
  readonly except: string
  readonly caller: Caller
}

export function listFindings(judged: Judged): AuditFinding[] {
  const { users, roles, policies, unreadable, enforcing, except, caller } = judged
  const commands = new Map(
    enforcing.flatMap(({ principal, users: reached }) =>
      reached.map(({ user }) => [user, applyCommand(principal, except, caller)] as const),
    ),
  )
  return [
    ...users.flatMap((user) =>
      user.user === ROOT ? findRoot(user) : findUser(user, commands.get(user.user)),
    ),
    ...roles.map(findRole),
    ...policies.flatMap(findGate),
    ...unreadable.map((each) => findUnreadable(each, caller)),
  ].sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
}

function findRoot({ arn, enforced, devices, keys }: UserVerdict): AuditFinding[] {
  if (enforced === 'yes') return []
  const found = (code: string, message: string, what: string): AuditFinding => ({
    code,
    severity: 'error',
    subject: arn,
    message,
    remedy: `${what} in the console, under Security credentials`,
  })
  return [
    ...(devices?.length === 0
      ? [found('root-without-mfa', NO_ROOT_DEVICE, 'register a device for the root user')]
      : []),
    ...(keys?.length === 0
      ? []
      : [found('root-has-keys', ROOT_KEYS, 'delete the access keys of the root user')]),
  ]
}

function findUser(
  { arn, enforced, ifEnforced, why, exceptions }: UserVerdict,
  command: string | undefined,
): AuditFinding[] {
  const findings: AuditFinding[] = []
  if (enforced !== 'yes') {
    findings.push({
      code: enforced === 'no' ? 'mfa-not-enforced' : 'mfa-partly-enforced',
      severity: enforced === 'no' ? 'error' : 'warning',
      subject: arn,
      message: why,
      remedy: command ?? `end the exception ${exceptions.map(describeEnd).join(' or ')}`,
    })
  }
  if (ifEnforced === 'breaks' || ifEnforced === 'locked out') {
    findings.push({
      code: ifEnforced === 'breaks' ? 'would-break' : 'would-be-locked-out',
      severity: 'warning',
      subject: arn,
      message: why,
      remedy: REMEDIES[ifEnforced],
    })
  }
  return findings
}

const REMEDIES = {
  breaks: 'give the machine a role instead of a key, before MFA is enforced',
  'locked out': 'let the user enroll a device, before MFA is enforced',
}

function findRole(verdict: RoleVerdict): AuditFinding {
  return {
    code: 'role-without-mfa',
    severity: 'warning',
    subject: verdict.arn,
    message: describeTakers(verdict),
    remedy: 'add the condition Bool aws:MultiFactorAuthPresent true to its trust policy',
  }
}

function describeTakers({ role, users, usersNotKnown }: RoleVerdict): string {
  const count = (number: number): string => (number === 1 ? '1 user' : `${number} users`)
  const what = `may take the role ${role} without MFA`
  const sure = users.length === 0 ? [] : [`${count(users.length)} ${what}.`]
  const unsure = `Whether ${count(usersNotKnown.length)} ${what} depends on policies that could not be read.`
  return [...sure, ...(usersNotKnown.length === 0 ? [] : [unsure])].join(' ')
}

function findGate({ policy, arn, attachedTo, findings }: GateVerdict): AuditFinding[] {
  return findings.map(({ code, severity, statement, message, remedy }) => ({
    code,
    severity,
    subject: arn ?? `${policy} (${attachedTo[0] ?? ''})`,
    message: statement === null ? message : `${statement}: ${message}`,
    remedy,
  }))
}

function findUnreadable(
  { policy, arn, problem, isMissing }: UnreadablePolicy,
  caller: Caller,
): AuditFinding {
  return {
    code: 'policy-not-read',
    severity: 'warning',
    subject: arn,
    message: `${policy} is left out of this report: ${problem}.`,
    remedy:
      isMissing === true
        ? `${lookUpCommand(arn, caller)}, and if it is there, audit again`
        : 'correct it in IAM',
  }
}

/** What shows whether a managed policy or a group is still there. */
function lookUpCommand(arn: string, caller: Caller): string {
  const group = /:group\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1]
  return group === undefined
    ? `${caller.aws} iam get-policy --policy-arn ${caller.quote(arn)}`
    : `${caller.aws} iam get-group ${nameOption('group-name', group, caller)}`
}

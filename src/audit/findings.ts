/** The findings of an audit, the most severe first; pure. */
import { SEVERITIES } from '../policy/findings.ts'
import type {
  AuditFinding,
  GateVerdict,
  RoleVerdict,
  UnreadablePolicy,
  UserVerdict,
} from './model.ts'
import { nameInCommand } from './names.ts'
import { NO_ROOT_DEVICE, ROOT, ROOT_KEYS } from './root.ts'

interface Judged {
  readonly users: readonly UserVerdict[]
  readonly roles: readonly RoleVerdict[]
  readonly policies: readonly GateVerdict[]
  readonly unreadable: readonly UnreadablePolicy[]
}

/** `except` has the options for every policy that enforces. */
export function listFindings(
  { users, roles, policies, unreadable }: Judged,
  except: string,
): AuditFinding[] {
  return [
    ...users.flatMap((user) => (user.user === ROOT ? findRoot(user) : findUser(user, except))),
    ...roles.map(findRole),
    ...policies.flatMap(findGate),
    ...unreadable.map(findUnreadable),
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
  { arn, user, enforced, ifEnforced, groups, why }: UserVerdict,
  except: string,
): AuditFinding[] {
  const findings: AuditFinding[] = []
  const [group] = groups
  if (enforced !== 'yes') {
    findings.push({
      code: enforced === 'no' ? 'mfa-not-enforced' : 'mfa-partly-enforced',
      severity: enforced === 'no' ? 'error' : 'warning',
      subject: arn,
      message: why,
      remedy:
        group === undefined
          ? `mfa-login policy apply --user ${nameInCommand([user])}${except}`
          : `mfa-login policy apply --group ${nameInCommand([group])}${except}`,
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

function findRole({ role, arn, userCount }: RoleVerdict): AuditFinding {
  const users = userCount === 1 ? 'A user' : `${userCount} users`
  return {
    code: 'role-without-mfa',
    severity: 'warning',
    subject: arn,
    message: `${users} may take the role ${role} without MFA.`,
    remedy: 'add the condition Bool aws:MultiFactorAuthPresent true to its trust policy',
  }
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

function findUnreadable({ policy, arn, problem }: UnreadablePolicy): AuditFinding {
  return {
    code: 'policy-not-read',
    severity: 'warning',
    subject: arn,
    message: `${policy} is left out of this report: ${problem}.`,
    remedy: 'correct it in IAM',
  }
}

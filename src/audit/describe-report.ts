/** An audit for people: who is covered, who breaks, what to do next; lines that a terminal shows as they are; pure. */
import { sanitize } from '../sanitize.ts'
import { table } from '../table.ts'
import { ENFORCED, IF_ENFORCED, type AuditReport, type UserVerdict } from './report.ts'
import { nameInSentence, shorten } from './names.ts'
import { ROOT } from './root.ts'
import { MOST_COMMANDS } from './steps.ts'
import { listUnread } from './unread.ts'

export function describeReport(report: AuditReport, columns: number): string {
  return [
    describeUsers(report.users, columns),
    describeRoles(report, columns),
    describePolicies(report, columns),
    describeUnread(report, columns),
    describeCounts(report),
    describeNext(report),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function describeUsers(users: readonly UserVerdict[], columns: number): string {
  const rows = users.map((user) => [
    shorten(user.user),
    describeDevices(user),
    user.password === null ? unknown(user) : user.password.isEnabled ? 'yes' : 'no',
    describeKeys(user),
    user.enforced,
    user.ifEnforced,
    user.why,
  ])
  const headings = ['USER', 'DEVICES', 'PASSWORD', 'KEYS', 'ENFORCED', 'IF ENFORCED', 'WHY']
  return rows.length === 0 ? 'No users.\n' : table([headings, ...rows], columns)
}

/** Of the root user's password and keys AWS tells little. */
function unknown({ user }: UserVerdict): string {
  return user === ROOT ? '-' : 'not known'
}

function describeDevices(user: UserVerdict): string {
  if (user.devices === null) return unknown(user)
  if (user.devices.length === 0) return 'none'
  const counts = new Map<string, number>()
  for (const kind of user.devices) counts.set(kind ?? 'yes', (counts.get(kind ?? 'yes') ?? 0) + 1)
  return [...counts].map(([kind, count]) => (count > 1 ? `${count} ${kind}s` : kind)).join(', ')
}

function describeKeys(user: UserVerdict): string {
  const { keys } = user
  if (keys === null) return 'not known'
  if (user.user === ROOT) return keys.length === 0 ? 'none' : 'yes'
  const active = keys.filter(({ isActive }) => isActive)
  const last = active
    .flatMap(({ lastUsed }) => lastUsed ?? [])
    .sort()
    .at(-1)
  if (active.length === 0) return keys.length === 0 ? 'none' : 'inactive'
  return `${active.length}, ${last === undefined ? 'never used' : `used ${last.slice(0, 10)}`}`
}

function describeRoles({ roles }: AuditReport, columns: number): string {
  if (roles.length === 0) return ''
  const rows = roles.map(({ role, users, usersNotKnown, lastUsed }) => [
    shorten(role),
    [
      ...(users.length === 0 ? [] : [some(users)]),
      ...(usersNotKnown.length === 0 ? [] : [`not known of ${some(usersNotKnown)}`]),
    ].join('; '),
    lastUsed?.slice(0, 10) ?? 'never',
  ])
  return table([['ROLE WITHOUT MFA', 'FOR', 'LAST USED'], ...rows], columns)
}

/** More would fill the screen; JSON has all. */
const MOST = 5

function some(names: readonly string[]): string {
  const rest = names.length - MOST
  return `${names.slice(0, MOST).map(shorten).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

function describePolicies({ policies }: AuditReport, columns: number): string {
  if (policies.length === 0) return ''
  const rows = policies.map(({ policy, attachedTo, findings }) => [
    shorten(policy),
    attachedTo.length === 0 ? 'nothing' : some(attachedTo),
    findings.map(({ severity, code }) => `${severity} ${code}`).join(', ') || 'none',
  ])
  return table([['MFA POLICY', 'ATTACHED TO', 'FINDINGS'], ...rows], columns)
}

function describeUnread(report: AuditReport, columns: number): string {
  const rows = listUnread(report)
  return rows.length === 0
    ? ''
    : table([['NOT READ', 'REASON', 'WHAT IS NOT KNOWN'], ...rows], columns)
}

function describeCounts({ summary, scope }: AuditReport): string {
  const list = <Name extends string>(
    names: readonly Name[],
    counts: Readonly<Record<Name, number>>,
  ) =>
    names
      .filter((name) => counts[name] > 0)
      .map((name) => `${name} ${counts[name]}`)
      .join(', ') || 'nobody'
  return [
    `Users${scope?.kind === 'group' ? ` of the group ${nameInSentence(scope.name)}` : ''}: ${summary.users}; without a device ${summary.withoutDevice}, with security keys only ${summary.securityKeyOnly}, with an exception ${summary.exceptions}.`,
    `MFA enforced: ${list(ENFORCED, summary.enforced)}.`,
    `If it were enforced today: ${list(IF_ENFORCED, summary.ifEnforced)}.`,
    '',
  ].join('\n')
}

function describeNext({ next }: AuditReport): string {
  if (next.length === 0) return 'Nothing to do.\n'
  const lines = next.flatMap(({ what, commands }, index) => [
    `${index + 1}. ${sanitize(what)}${commands.length === 0 ? '.' : ':'}`,
    ...commands.slice(0, MOST_COMMANDS).map((command) => `   ${sanitize(command)}`),
    ...(commands.length > MOST_COMMANDS
      ? [`   and ${commands.length - MOST_COMMANDS} more, which --json has`]
      : []),
  ])
  return `Next:\n${lines.join('\n')}\n`
}

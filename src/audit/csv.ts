/** The users of an audit as CSV (RFC 4180); pure. */
import { sanitize } from '../sanitize.ts'
import { describeEnd, nameOf } from './judge-users.ts'
import type { UserVerdict } from './model.ts'

type Cell = string | number | boolean | null | undefined

const COLUMNS: Readonly<Record<string, (user: UserVerdict) => Cell>> = {
  user: ({ user }) => user,
  arn: ({ arn }) => arn,
  path: ({ path }) => path,
  groups: ({ groups }) => groups.join(' '),
  enforced: ({ enforced }) => enforced,
  denied_by: ({ by }) => by.map(nameOf).join('; '),
  open_action: ({ open }) => open?.action,
  open_resource: ({ open }) => open?.resource,
  open_with: ({ open }) => open?.credentials,
  allowed_by: ({ open }) => open?.by && nameOf(open.by),
  depends_on: ({ dependsOn }) => dependsOn.join(' '),
  exceptions: ({ exceptions }) =>
    exceptions.map((each) => `${each.match} ${describeEnd(each)}`).join('; '),
  if_enforced: ({ ifEnforced }) => ifEnforced,
  devices: ({ devices }) => devices?.map((kind) => kind ?? 'not known').join('; '),
  password: ({ password }) => password?.isEnabled,
  password_last_used: ({ password }) => password?.lastUsed,
  must_set_password: ({ password }) => password?.mustReset,
  active_keys: ({ keys }) => keys?.filter(({ isActive }) => isActive).length,
  oldest_key_days: ({ keys }) =>
    keys?.reduce<number | null>((most, { age }) => latest(most, age), null),
  keys_last_used: ({ keys }) =>
    keys?.reduce<string | null>((last, { lastUsed }) => latest(last, lastUsed), null),
  last_activity: ({ lastActivity }) => lastActivity,
  why: ({ why }) => why,
}

export function toCsv(users: readonly UserVerdict[]): string {
  const rows = users.map((user) => Object.values(COLUMNS).map((read) => toCell(read(user))))
  return [Object.keys(COLUMNS), ...rows].map((row) => `${row.join(',')}\r\n`).join('')
}

function latest<Value extends string | number>(one: Value | null, other: Value | null) {
  return one === null || (other !== null && other > one) ? other : one
}

/** Empty where something is not known. Spreadsheets take a text with one of these characters first for a formula. */
function toCell(value: Cell): string {
  const text = sanitize(String(value ?? ''))
  const safe = /^\s*[=+\-@]/.test(text) ? `'${text}` : text
  return /[",]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

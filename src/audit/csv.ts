/** The users of an audit as CSV (RFC 4180, but for the ends of lines, which are those of a terminal); pure. */
import { sanitize } from '../sanitize.ts'
import { describeEnd, nameOf } from './judge-users.ts'
import type { UserVerdict } from './report.ts'

type Cell = string | number | boolean | null | undefined

const COLUMNS: Readonly<Record<string, (user: UserVerdict) => Cell>> = {
  user: ({ user }) => user,
  arn: ({ arn }) => arn,
  path: ({ path }) => path,
  groups: ({ groups }) => groups.join(' '),
  enforced: ({ enforced }) => enforced,
  denied_by: ({ by }) => by.map(nameOf).join('; '),
  open_action: ({ open }) => open?.action ?? '',
  open_resource: ({ open }) => open?.resource ?? '',
  open_with: ({ open }) => open?.credentials ?? '',
  allowed_by: ({ open }) => (open?.by ? nameOf(open.by) : ''),
  depends_on: ({ dependsOn }) => dependsOn.join(' '),
  exceptions: ({ exceptions }) =>
    exceptions.map((each) => `${each.match} ${describeEnd(each)}`).join('; '),
  if_enforced: ({ ifEnforced }) => ifEnforced,
  devices: ({ devices }) =>
    devices?.length === 0 ? 'none' : devices?.map((kind) => kind ?? 'of unknown kind').join('; '),
  password: ({ password }) => password?.isEnabled,
  password_last_used: ({ password }) =>
    password?.isEnabled === false ? '' : password && (password.lastUsed ?? 'never'),
  must_set_password: ({ password }) => (password?.isEnabled === false ? '' : password?.mustReset),
  active_keys: (user) => activeKeysOf(user)?.length,
  oldest_key_days: (user) => {
    const ages = activeKeysOf(user)?.map(({ age }) => age)
    return ages?.includes(null) ? null : ages && latest(ages)
  },
  keys_last_used: (user) => {
    const keys = activeKeysOf(user)
    // Of a key without an age, as of the root user, nothing is known.
    if (keys === undefined || keys.some(({ age }) => age === null)) return null
    return latest(keys.map(({ lastUsed }) => lastUsed)) || (keys.length === 0 ? '' : 'never')
  },
  last_activity: ({ lastActivity, password, keys }) =>
    lastActivity ?? (password === null || keys === null ? null : 'never'),
  why: ({ why }) => why,
}

/** Empty where there is nothing, `not known` where it is not known. */
export function toCsv(users: readonly UserVerdict[]): string {
  const rows = users.map((user) => Object.values(COLUMNS).map((read) => toCell(read(user))))
  return [Object.keys(COLUMNS), ...rows].map((row) => `${row.join(',')}\n`).join('')
}

function activeKeysOf({ keys }: UserVerdict) {
  return keys?.filter(({ isActive }) => isActive)
}

/** Empty for none. */
function latest<Value extends string | number>(values: readonly (Value | null)[]): Value | '' {
  return values
    .flatMap((each) => each ?? [])
    .reduce<Value | ''>((last, each) => (last === '' || each > last ? each : last), '')
}

/** Spreadsheets take a text with one of these characters first for a formula. */
function toCell(value: Cell): string {
  const text = sanitize(String(value ?? 'not known'))
  const safe = /^\s*[=+\-@]/.test(text) ? `'${text}` : text
  return /[",]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

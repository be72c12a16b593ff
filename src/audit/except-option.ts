/** The exceptions that every policy of the next steps needs; pure. */
import type { ExceptionVerdict, UserVerdict } from './model.ts'
import { DAY_MS } from './times.ts'

/** For machines, which need time. */
const EXCEPTION_DAYS = 90

/**
 * The options for every `policy apply` of an audit, with a space before; empty if nobody needs an exception. All steps
 * write one policy, so one without the options would end the exceptions of the others. `users` are all of the account.
 */
export function exceptOption(users: readonly UserVerdict[], readAt: number): string {
  const exceptions = users.flatMap((user) => user.exceptions)
  const isTagged = users.some((user) => needsTag(user) && user.enforced !== 'yes')
  const options = [
    ...exceptions.flatMap(optionFor),
    ...(isTagged ? ['--except-tag mfa=exempt'] : []),
  ]
  if (options.length === 0) return ''
  const isNew = isTagged || exceptions.some(({ until }) => until === null)
  const ends = [
    ...exceptions.flatMap(({ until }) => (until === null ? [] : [Date.parse(until)])),
    ...(isNew ? [dayAfter(readAt)] : []),
  ]
  const until = new Date(Math.max(...ends)).toISOString().replace(/(T00:00:00)?\.000Z$/, '')
  const end = until.includes('T') ? `${until}Z` : until
  return ` ${[...new Set(options), `--until ${end}`].join(' ')}`
}

/** Who needs the tag of an exception: machines, and users whose exception goes by name, for which there is no option. */
export function needsTag({ ifEnforced, exceptions }: UserVerdict): boolean {
  return exceptions.length === 0
    ? ifEnforced === 'breaks'
    : exceptions.every(({ kind }) => kind === 'user')
}

function dayAfter(time: number): number {
  return Math.floor(time / DAY_MS + EXCEPTION_DAYS) * DAY_MS
}

function optionFor({ kind, match }: ExceptionVerdict): string[] {
  if (kind === 'user') return []
  const [option, placeholder] =
    kind === 'tag' ? ['--except-tag', 'KEY=VALUE'] : ['--except-path', '/PATH/']
  return [`${option} ${/^[\w./][\w./=:+@-]*$/.test(match) ? match : placeholder}`]
}

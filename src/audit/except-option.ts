/** The exceptions that every policy of the next steps needs; pure. */
import type { Caller } from '../administration/caller.ts'
import type { ExceptionVerdict } from './report.ts'
import { exceptionOf, type Tagging } from './tagging.ts'
import { DAY_MS } from './times.ts'

/** For machines, which need time. */
const EXCEPTION_DAYS = 90

export const TAG = { key: 'mfa', value: 'exempt' }

/**
 * The options for every `policy apply` of an audit, with a space before; empty if nobody needs an exception. All steps
 * write one policy, so one without the options would end the exceptions of the others. `exceptions` are all of the
 * account.
 */
export function exceptOption(
  exceptions: readonly ExceptionVerdict[],
  { machines, stopped, named }: Tagging,
  { readAt, quote }: { readonly readAt: number } & Pick<Caller, 'quote'>,
): string {
  const isTagged = machines.length + stopped.length + named.length > 0
  const options = [
    ...exceptions.flatMap((each) => {
      const [option, value] = exceptionOf(each) ?? []
      return option === undefined ? [] : [`--${option} ${quote(value ?? '')}`]
    }),
    ...(isTagged ? [`--except-tag ${TAG.key}=${TAG.value}`] : []),
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

function dayAfter(time: number): number {
  return Math.floor(time / DAY_MS + EXCEPTION_DAYS) * DAY_MS
}

import { settingFailure, usageFailure, type Failure } from '../../failure.ts'

/** Bounds of STS GetSessionToken, in seconds (AWS STS API reference, DurationSeconds). */
export const SHORTEST = 900
export const LONGEST = 129_600
const LONGEST_FOR_ROOT = 3600
const USUAL = 43_200

/** Seconds in `12h`, `45m`, `1h30m` or `43200`; undefined for any other text. */
export function parseDuration(text: string): number | undefined {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  const match = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/.exec(text)
  if (match === null || text === '') return undefined
  const [, hours = '0', minutes = '0', seconds = '0'] = match
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}

/** DurationSeconds for GetSessionToken; `from` is the setting. Throws a usage Failure outside the bounds of STS. */
export function sessionSeconds(
  requested: string | undefined,
  isRoot: boolean,
  from?: string,
): number {
  const longest = isRoot ? LONGEST_FOR_ROOT : LONGEST
  if (requested === undefined) return Math.min(USUAL, longest)
  const seconds = parseDuration(requested)
  if (seconds !== undefined && seconds >= SHORTEST && seconds <= longest) return seconds
  const bounds = `15m and ${isRoot ? '1h (the account root)' : '36h'}`
  const hint = isRoot ? '--duration 1h' : '--duration 12h'
  throw durationFailure(requested, { from, hint }, `is not between ${bounds}`)
}

/** For a text that is no duration, or one that is `outside` of the bounds; `from` is the setting. */
export function durationFailure(
  text: string,
  { from, hint }: { readonly from: string | undefined; readonly hint: string },
  outside: string,
): Failure {
  const quoted = JSON.stringify(text)
  const message =
    parseDuration(text) === undefined
      ? `${quoted} is not a duration such as 12h, 45m, 1h30m or 43200.`
      : `The duration ${quoted} ${outside}.`
  // A small number is most likely meant as hours.
  const isHours = /^([1-9]|1[0-2])$/.test(text)
  return from === undefined
    ? usageFailure(message, isHours ? `--duration ${text}h, as ${text} means ${text} s` : hint)
    : settingFailure(message, { value: text, from })
}

/** `11 h 59 min`, `14 min`, `40 s`: the two largest units, rounded down. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const rest = minutes % 60
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`
}

/** What a session has left, in whole minutes, the one that has begun included: a new session has all of its length. */
export function formatTimeLeft(milliseconds: number): string {
  const unit = milliseconds < 60_000 ? 1000 : 60_000
  return formatDuration(Math.ceil(milliseconds / unit) * unit)
}

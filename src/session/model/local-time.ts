/** When something ends, for people: `2026-11-25 13:36 GMT+9`, by the time zone of this machine. */
export function formatLocalTime(iso: string): string {
  const time = new Date(iso)
  if (Number.isNaN(time.getTime())) return iso
  const format = new Intl.DateTimeFormat('en-US', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  })
  const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]))
  const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? ''
  const date = [part('year'), part('month'), part('day')].join('-')
  return `${date} ${part('hour')}:${part('minute')} ${part('timeZoneName')}`
}

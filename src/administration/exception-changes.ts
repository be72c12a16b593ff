/** How a new text of a policy changes whom it leaves out; pure. */
import { describeExcepted, type PolicyException } from '../policy/exceptions.ts'

/** The field names are those of the JSON output. */
export interface ExceptionChange {
  readonly change: 'begins' | 'ends' | 'moves'
  readonly who: string
  /** When it ends by the new text, or by the old one where the new one does not have it; null for never. */
  readonly until: string | null
  /** Where it moves: when it ends by the old text; null for never. */
  readonly before?: string | null
}

/** Exceptions that had ended by `now` make no difference. */
export function compareExceptions(
  old: readonly PolicyException[],
  next: readonly PolicyException[],
  now: Date,
): ExceptionChange[] {
  const inForce = endsByUsers(
    old.filter(({ until }) => until === undefined || new Date(until) > now),
  )
  const later = endsByUsers(next)
  const ended = [...inForce]
    .filter(([who]) => !later.has(who))
    .map(([who, until]): ExceptionChange => ({ change: 'ends', who, until }))
  const others = [...later].flatMap(([who, until]): ExceptionChange[] => {
    const before = inForce.get(who)
    if (before === undefined) return [{ change: 'begins', who, until }]
    return before === until ? [] : [{ change: 'moves', who, until, before }]
  })
  return [...ended, ...others]
}

function endsByUsers(exceptions: readonly PolicyException[]): Map<string, string | null> {
  return new Map(exceptions.map((each) => [describeExcepted(each), each.until ?? null]))
}

export function describeExceptionChange({ change, who, until, before }: ExceptionChange): string {
  switch (change) {
    case 'begins':
      return `This adds an exception: ${who}${end(until)}.`
    case 'ends':
      return `This ends an exception that is in force: ${who}${end(until)}.`
    case 'moves':
      return `This moves the end of an exception: ${who}${end(until)}, before${end(before ?? null)}.`
  }
}

function end(until: string | null): string {
  return until === null ? ' without an end' : ` until ${until}`
}

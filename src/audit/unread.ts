/** What a report lacks; pure. */
import type { AuditReport } from './report.ts'

/** Calls that failed, and policies that could not be judged: what, why, and what is not known. */
export function listUnread({
  unread,
  findings,
}: Pick<AuditReport, 'unread' | 'findings'>): (readonly [string, string, string])[] {
  return [
    ...unread.map(({ action, code, lacks }) => [action, code, lacks] as const),
    ...findings
      .filter(({ code }) => code === 'policy-not-read')
      .map(({ subject, code, message }) => [subject, code, message] as const),
  ]
}

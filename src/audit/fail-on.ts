/** When an audit fails; pure. */
import type { AuditReport, UserVerdict } from './report.ts'

/** What `--fail-on` takes: for whom the exit code is 1. */
export const FAIL_ON = {
  /** An exception that ends is a decision that somebody made. */
  'not-enforced': ({ enforced, isExcused }) => enforced !== 'yes' && !isExcused,
  no: ({ enforced, isExcused }) => enforced === 'no' && !isExcused,
  exceptions: (user) => user.enforced !== 'yes',
  breaks: ({ ifEnforced }) => ifEnforced === 'breaks' || ifEnforced === 'locked out',
  never: () => false,
} as const satisfies Readonly<Record<string, (user: UserVerdict) => boolean>>

export type FailOn = keyof typeof FAIL_ON

export function fails({ users }: AuditReport, on: FailOn): boolean {
  return users.some(FAIL_ON[on])
}

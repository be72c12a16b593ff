import { formatLocalTime } from '../model/local-time.ts'
import type { Aws } from '../../aws/api.ts'
import { setClockCommand } from '../../aws/clock.ts'
import type { Context } from '../../context.ts'
import { Failure } from '../../failure.ts'
import { describeSkew, isExpiredHere, isSkewError } from '../model/clock.ts'
import type { CacheEntry } from '../model/session.ts'

/** Throws a Failure for a new session that AWS tools on this machine take for expired, as its clock is ahead. */
export function refuseExpiredHere(
  context: Context,
  aws: Aws,
  { expiration, profile }: Pick<CacheEntry, 'expiration' | 'profile'>,
): void {
  const offset = aws.clockOffset()
  if (
    offset === undefined ||
    !isSkewError(offset) ||
    !isExpiredHere(expiration, offset, context.now())
  )
    return
  throw new Failure(
    'refused',
    `${describeSkew(offset)}: by this clock, the new session has expired already, or expires at once. AWS ends it at ${formatLocalTime(expiration)}.`,
    `${setClockCommand(context.platform)}, then: mfa-login --profile ${profile}`,
  )
}

/** Reports a clock by which AWS refuses the requests of most tools. */
export function warnOfClock(context: Context, aws: Aws): void {
  const offset = aws.clockOffset()
  if (offset === undefined || !isSkewError(offset)) return
  const remedy = setClockCommand(context.platform)
  context.info(`${describeSkew(offset)}, so AWS refuses most tools. To set it: ${remedy}`)
}

import { classifyError } from '../../aws/errors/classify.ts'
import { formatDuration } from '../../session/model/duration.ts'
import { allRefusals } from '../call-results.ts'
import type { Facts } from '../facts.ts'
import { type CheckResult, type Messages } from './subject.ts'

const TOLERATED_MS = 2 * 60_000

export function checkClock(facts: Facts): CheckResult {
  const refusals = allRefusals(facts)
  if (refusals.some(({ code }) => code === 'NotAws')) {
    return { reason: 'something other than AWS answered, and its clock does not count' }
  }
  const { clockOffset: offset } = facts.calls
  const isRefused = refusals.some((refusal) => classifyError(refusal) === 'clock')
  return isRefused || Math.abs(offset ?? 0) >= TOLERATED_MS ? [{ code: 'clock-skew', offset }] : []
}

const MINUTE_MS = 60_000
/** AWS refuses some requests from here on, and all from 15 minutes on. */
const SKEW_ERROR_MS = 5 * MINUTE_MS

export const CLOCK_MESSAGES = {
  'clock-skew': ({ offset }, { platform }) => {
    const remedy = SYNC_COMMANDS[platform] ?? 'sudo timedatectl set-ntp true'
    if (offset === undefined) {
      return ['This machine’s clock differs too much from AWS’s', remedy]
    }
    const skew = Math.abs(offset)
    const minutes = formatDuration(Math.round(skew / MINUTE_MS) * MINUTE_MS)
    return [
      `This machine’s clock is ${minutes} ${offset > 0 ? 'behind' : 'ahead of'} AWS’s; codes of an app on it fail from 1 min on, requests from 5 or 15 min on`,
      remedy,
      skew >= SKEW_ERROR_MS ? 'error' : 'warning',
    ]
  },
} satisfies Partial<Messages>

const SYNC_COMMANDS: Readonly<Record<string, string>> = {
  darwin: 'sudo sntp -sS time.apple.com',
  win32: 'w32tm /resync',
}

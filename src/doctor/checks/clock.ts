import { classifyError } from '../../aws/errors/classify.ts'
import { allRefusals } from '../call-results.ts'
import type { Facts } from '../facts.ts'
import type { CheckResult } from './check.ts'

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

import { usageFailure } from '../failure.ts'
import type { PolicyDocument } from './document.ts'
import { classicPolicy, strictPolicy } from './documents.ts'

const STYLES = { strict: strictPolicy, classic: classicPolicy }

export const STYLE = {
  value: 'STYLE',
  about: 'strict (default): without MFA only enrolment works; classic: the widely copied form',
} as const

/** Looks up a style; the result makes its policy for a partition. Throws a usage Failure for an unknown style. */
export function policyOfStyle(style: string): (partition: string) => PolicyDocument {
  if (style === 'strict' || style === 'classic') return STYLES[style]
  throw usageFailure(`There is no style ${JSON.stringify(style)}.`, '--style strict or classic')
}

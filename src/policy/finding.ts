import type { Placed } from './gate.ts'

/** The gravest first. */
export const SEVERITIES = ['error', 'warning', 'note'] as const
export type Severity = (typeof SEVERITIES)[number]

export interface PolicyFinding {
  readonly code: string
  /** Notes are no findings: they do not make a check fail. */
  readonly severity: Severity
  readonly message: string
  readonly remedy: string
  /** Undefined where it is about all of them. */
  readonly policy?: string
  /** Counted from 0; undefined where it is about the whole policy. */
  readonly index?: number
  /** By Sid or number; null where it is about the whole policy. */
  readonly statement: string | null
}

type FindingText = Pick<PolicyFinding, 'message' | 'remedy'>

export function findingAt(
  place: Placed,
  code: string,
  severity: Severity,
  words: FindingText,
): PolicyFinding {
  const { statement, index, policy } = place
  const name = statement.Sid ?? `#${index + 1}`
  return { code, severity, ...words, policy: policy.name, index, statement: name }
}

import type { LocatedStatement } from './mfa-deny.ts'

/** The most severe first. Notes do not make a check fail. */
export const SEVERITIES = ['error', 'warning', 'note'] as const
export type Severity = (typeof SEVERITIES)[number]

/** A finding as users see it, with its message. */
export interface PolicyFinding {
  readonly code: PolicyFindingCode
  readonly severity: Severity
  readonly message: string
  readonly remedy: string
  /** Undefined if the finding is about all policies. */
  readonly policy?: string
  /** Counted from 0; undefined if the finding is about the whole policy. */
  readonly index?: number
  /** By Sid or number; null if the finding is about the whole policy. */
  readonly statement: string | null
}

/** What checks find, by code: the details that the message needs. */
export interface ProblemDetails {
  'no-mfa-deny': { readonly doesAllowTestMfa: boolean }
  'bool-not-if-exists': AtStatement
  'session-slips-through': AtStatement
  'denies-with-mfa': AtStatement
  'enrolment-blocked': AtStatement & { readonly actions: readonly string[] }
  'enrolment-not-allowed': { readonly actions: readonly string[]; readonly isComplete: boolean }
  'deactivate-without-mfa': ActionAtStatement
  'not-own-user': AtStatement & { readonly actions: readonly string[]; readonly partition: string }
  'old-version': { readonly policy: string }
  'deny-not-everything': AtStatement & { readonly open: readonly string[] }
  'resync-blocked': AtStatement
  'access-key-without-mfa': ActionAtStatement
  'password-without-mfa': ActionAtStatement
  'delete-without-mfa': ActionAtStatement
  'device-name-pinned': AtStatement & { readonly partition: string }
  'services-blocked': AtStatement
  'further-conditions': AtStatement & { readonly keys: readonly string[] }
  'session-token-exempt': AtStatement
}

export interface AtStatement {
  readonly at: LocatedStatement
}

export interface ActionAtStatement extends AtStatement {
  readonly action: string
}

export type PolicyFindingCode = keyof ProblemDetails

export type PolicyProblem = {
  [Code in PolicyFindingCode]: { readonly code: Code } & ProblemDetails[Code]
}[PolicyFindingCode]

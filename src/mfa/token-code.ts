import { crypto } from '../crypto.ts'

/** An authenticator shows a new code every 30 seconds (RFC 6238, the default step). */
export const STEP_MS = 30_000

export function isTokenCode(text: string): boolean {
  return /^\d{6}$/.test(text)
}

/** Codes as people and programs write them: blanks round it, or `123 456`. */
export function normalizeCode(text: string): string {
  return text.trim().replace(/^(\d{3})[ -](\d{3})$/, '$1$2')
}

/** Milliseconds until authenticators show their next code. */
export function untilNextCode(now: number): number {
  return STEP_MS - (now % STEP_MS)
}

/** The note kept of a code that was sent, so that it is not sent again. */
export interface SentCode {
  readonly digest: string
  /** Milliseconds since the epoch. */
  readonly sentAt: number
}

export function sentCode(serial: string, code: string, now: number): SentCode {
  return { digest: digestOf(serial, code), sentAt: now }
}

/** True while the noted code could still be in its window: three steps, the drift on both sides. */
export function wasSent(
  note: SentCode | undefined,
  serial: string,
  code: string,
  now: number,
): boolean {
  if (note === undefined || Math.abs(now - note.sentAt) > 3 * STEP_MS) return false
  return note.digest === digestOf(serial, code)
}

function digestOf(serial: string, code: string): string {
  return crypto().createHash('sha256').update(`${serial}\n${code}`).digest('hex')
}

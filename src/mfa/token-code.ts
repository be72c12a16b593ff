import { crypto } from '../crypto.ts'

/** An authenticator shows a new code every 30 seconds (RFC 6238, the default time step). */
export const STEP_MS = 30_000

/** What a prompt says after an answer that is no token code. */
export const NOT_A_TOKEN_CODE = 'A code has six digits.'

export function isTokenCode(text: string): boolean {
  return /^\d{6}$/.test(text)
}

/** Removes what people and programs write around a code, and the gap in `123 456` or `123-456`. */
export function normalizeCode(text: string): string {
  return text.trim().replace(/^(\d{3})[ -](\d{3})$/, '$1$2')
}

/** Milliseconds until authenticators show their next code; `now` in milliseconds since the epoch. */
export function untilNextCode(now: number): number {
  return STEP_MS - (now % STEP_MS)
}

/** A record of a sent code, so that it is never sent twice. */
export interface SentCode {
  readonly digest: string
  /** Milliseconds since the epoch. */
  readonly sentAt: number
}

export function sentCode(serial: string, code: string, now: number): SentCode {
  return { digest: digestOf(serial, code), sentAt: now }
}

/** How long AWS may accept a code: its own step and one of clock drift on either side. */
const VALID_MS = 3 * STEP_MS

/** Whether this code was sent, and AWS may still accept it. */
export function wasSent(
  note: SentCode | undefined,
  serial: string,
  code: string,
  now: number,
): boolean {
  if (note === undefined || Math.abs(now - note.sentAt) > VALID_MS) return false
  return note.digest === digestOf(serial, code)
}

function digestOf(serial: string, code: string): string {
  return crypto().createHash('sha256').update(`${serial}\n${code}`).digest('hex')
}

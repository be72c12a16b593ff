import type { TypedAhead } from '../context.ts'
import { crypto } from '../crypto.ts'
import { quoteWord } from '../sanitize.ts'

/** An authenticator shows a new code every 30 seconds (RFC 6238, the default time step). */
export const STEP_MS = 30_000

/** The digits of a code as people and programs write it: with blanks and dashes, in full-width digits. */
export function normalizeCode(text: string): string {
  return text.normalize('NFKC').replace(/[\s\p{Cf}\p{Pd}\u2212]/gu, '')
}

/** How many of the other characters are named: the text may be a secret. */
const MOST_NAMED = 3

export function isTokenCode(text: string): boolean {
  return /^\d{6}$/.test(text)
}

/** Why a text is no token code; undefined if it is one. */
export function codeProblem(text: string, rule = 'A code has six digits.'): string | undefined {
  const code = normalizeCode(text)
  if (isTokenCode(code)) return undefined
  const others = [...new Set(code.replace(/\d/g, ''))]
  const named = others.slice(0, MOST_NAMED).map(quoteWord).join(', ')
  const more = others.length > MOST_NAMED ? ' and more' : ''
  if (named !== '') return `${rule} This has ${named}${more} in it.`
  return code === '' ? rule : `${rule} This has ${code.length}.`
}

/** What was typed before a code is asked for, as far as it can be the beginning of one. */
export function beginningOfCode({ text, isEntered }: TypedAhead): TypedAhead {
  const code = normalizeCode(text)
  const isBeginning = /^\d{1,6}$/.test(code)
  return { text: isBeginning ? code : '', isEntered: isEntered && isTokenCode(code) }
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

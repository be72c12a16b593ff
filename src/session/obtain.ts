import { AwsError, type Aws, type Context, type Session } from '../context.ts'
import type { CodeSource } from '../mfa/code-source.ts'
import { sentCode, wasSent } from '../mfa/token-code.ts'
import type { Ahead } from './connect.ts'
import type { SentNote } from './cache.ts'
import { explain, type Attempt } from './explain.ts'
import { refusalOf, type Refusal } from './refusal.ts'

export interface Want extends Attempt {
  readonly serialNumber: string
  readonly durationSeconds: number
}

/**
 * Asks for codes until STS gives a session. A code that may be spent is never sent again: after
 * a wrong code or an unknown outcome the next one is asked for. Throws a Failure.
 */
export async function obtainSession(
  context: Context,
  ahead: Ahead,
  want: Want,
  codes: CodeSource,
  note: SentNote,
): Promise<Session> {
  for (let refusals = 0; ;) {
    const code = await codes.next()
    if (wasSent(await note.read(), want.serialNumber, code, context.now())) {
      await codes.waitForAnother()
      continue
    }
    try {
      return await sendCode(context, await ahead.client(), want, code, note)
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      refusals += 1
      const failure = explain(error, want)
      if (!nextCodeMayHelp(refusalOf(error)) || refusals >= codes.tries) throw failure
      await codes.refused(failure.message)
    }
  }
}

function nextCodeMayHelp(refusal: Refusal): boolean {
  return refusal === 'code' || refusal === 'unknown'
}

/** One code, one request; sent again only where STS cannot have looked at the code. */
async function sendCode(
  context: Context,
  aws: Aws,
  { serialNumber, durationSeconds }: Want,
  tokenCode: string,
  note: SentNote,
): Promise<Session> {
  await note.write(sentCode(serialNumber, tokenCode, context.now()))
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await aws.getSessionToken({ serialNumber, tokenCode, durationSeconds })
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      const pause = pauseBeforeResending(refusalOf(error), attempt)
      if (pause === 'spent') throw error
      if (pause === 'no') {
        await note.remove()
        throw error
      }
      await context.sleep(pause)
    }
  }
}

/** Milliseconds to wait before a call that spends nothing is made again, or that it is of no use. */
export function pauseBeforeRepeating(refusal: Refusal, attempt: number): number | 'no' {
  if (refusal === 'unknown') return attempt < 2 ? 400 * 2 ** attempt : 'no'
  const pause = pauseBeforeResending(refusal, attempt)
  return pause === 'spent' ? 'no' : pause
}

/** Milliseconds to wait, or why not to send the same code again. */
export function pauseBeforeResending(refusal: Refusal, attempt: number): number | 'no' | 'spent' {
  switch (refusal) {
    case 'clock':
      // The client has learnt AWS's time from the answer's Date header.
      return attempt < 1 ? 0 : 'no'
    case 'throttled':
      return attempt < 4 ? 400 * 2 ** attempt : 'no'
    case 'not-sent':
      return attempt < 2 ? 300 : 'no'
    case 'refused':
    case 'serial':
    case 'untrusted':
      return 'no'
    case 'code':
    case 'unknown':
      return 'spent'
  }
}

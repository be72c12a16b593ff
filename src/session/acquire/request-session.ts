import { AwsError, type Aws, type Session } from '../../aws/api.ts'
import type { Context } from '../../context.ts'
import type { CodeSource } from '../../mfa/code-source.ts'
import { sentCode, wasSent } from '../../mfa/token-code.ts'
import type { EarlyConnection } from './connect.ts'
import type { SentCodeNote } from '../cache/store.ts'
import { explain, type ErrorContext } from '../../aws/errors/explain.ts'
import { pauseBeforeResending } from '../../aws/retry.ts'
import { classifyError, type ErrorClass } from '../../aws/errors/classify.ts'

export interface MfaSessionRequest extends ErrorContext {
  readonly serialNumber: string
  readonly durationSeconds: number
}

/**
 * Asks for codes until STS gives a session. A code that may be spent is never sent again: after
 * a wrong code or an unknown outcome the next one is asked for. Throws a Failure.
 */
export async function requestSession(
  context: Context,
  ahead: EarlyConnection,
  want: MfaSessionRequest,
  codes: CodeSource,
  note: SentCodeNote,
): Promise<Session> {
  for (let refusals = 0; ;) {
    const code = await codes.next()
    if (wasSent(await note.read(), want.serialNumber, code, context.now())) {
      await codes.waitForNextCode()
      continue
    }
    try {
      return await sendCode(context, await ahead.client(), want, code, note)
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      refusals += 1
      const failure = explain(error, want)
      if (!nextCodeMayHelp(classifyError(error)) || refusals >= codes.tries) throw failure
      await codes.reportRefusal(failure.message)
    }
  }
}

function nextCodeMayHelp(refusal: ErrorClass): boolean {
  return refusal === 'code' || refusal === 'unknown'
}

/** One code, one request; sent again only where STS cannot have looked at the code. */
async function sendCode(
  context: Context,
  aws: Aws,
  { serialNumber, durationSeconds }: MfaSessionRequest,
  tokenCode: string,
  note: SentCodeNote,
): Promise<Session> {
  await note.write(sentCode(serialNumber, tokenCode, context.now()))
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await aws.getSessionToken({ serialNumber, tokenCode, durationSeconds })
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      const pause = pauseBeforeResending(classifyError(error), attempt)
      if (pause === 'spent') throw error
      if (pause === 'no') {
        await note.remove()
        throw error
      }
      await context.sleep(pause)
    }
  }
}

import { AwsError, type Aws, type Session } from '../../aws/api.ts'
import type { Context } from '../../context.ts'
import type { CodeSource } from '../../mfa/code-source.ts'
import { sentCode, wasSent } from '../../mfa/token-code.ts'
import type { EarlyConnection } from './connect.ts'
import type { SentCodeNote } from '../cache/store.ts'
import { explain, type ErrorContext } from '../../aws/errors/explain.ts'
import { mayBeDone, retry } from '../../aws/retry.ts'
import { classifyError } from '../../aws/errors/classify.ts'

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
      // Another code may help where this one was refused or may be spent.
      if (!mayBeDone(classifyError(error)) || refusals >= codes.tries) throw failure
      await codes.reportRefusal(failure.message)
    }
  }
}

/** Sends one code once; again only where STS cannot have checked it. */
async function sendCode(
  context: Context,
  aws: Aws,
  { serialNumber, durationSeconds }: MfaSessionRequest,
  tokenCode: string,
  note: SentCodeNote,
): Promise<Session> {
  await note.write(sentCode(serialNumber, tokenCode, context.now()))
  try {
    return await retry(
      context,
      async () => aws.getSessionToken({ serialNumber, tokenCode, durationSeconds }),
      { atMostOnce: true },
    )
  } catch (error) {
    if (error instanceof AwsError && !mayBeDone(classifyError(error))) await note.remove()
    throw error
  }
}

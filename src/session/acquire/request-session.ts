import { AwsError, type Aws, type Session } from '../../aws/api.ts'
import { classifyError, type ErrorClass } from '../../aws/errors/classify.ts'
import { explain } from '../../aws/errors/explain.ts'
import { pauseBeforeResending } from '../../aws/retry.ts'
import type { Context } from '../../context.ts'
import type { CodeSource } from '../../mfa/code-source.ts'
import { sentCode, wasSent } from '../../mfa/token-code.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import type { SentCodeNote } from '../cache/store.ts'
import type { EarlyConnection } from './connect.ts'

export interface MfaSessionRequest {
  readonly serialNumber: string
  readonly durationSeconds: number
}

/** What a request needs: a client, codes to send, and the note of the last one sent. */
export interface MfaSessionMeans {
  readonly connection: EarlyConnection
  readonly codes: CodeSource
  readonly note: SentCodeNote
}

/**
 * Asks for codes until STS returns a session. Never sends a code again that may be used: after a wrong code
 * or an unknown outcome it asks for the next one. Throws a Failure.
 */
export async function requestSession(
  context: Context,
  source: CredentialSource,
  request: MfaSessionRequest,
  { connection, codes, note }: MfaSessionMeans,
): Promise<Session> {
  const { serialNumber } = request
  for (let refusals = 0; ;) {
    const code = await codes.next()
    if (wasSent(await note.read(), serialNumber, code, context.now())) {
      await codes.waitForAnother()
      continue
    }
    try {
      return await sendCode(context, await connection.client(), request, code, note)
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      refusals += 1
      const failure = explain(error, { ...source, serialNumber })
      if (!nextCodeMayHelp(classifyError(error)) || refusals >= codes.tries) throw failure
      await codes.refused(failure.message)
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

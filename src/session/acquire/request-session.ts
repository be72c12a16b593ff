import { AwsError, type Aws, type Session, type SessionRequest } from '../../aws/api.ts'
import { classifyError } from '../../aws/errors/classify.ts'
import { explain } from '../../aws/errors/explain.ts'
import { mayBeDone, retry } from '../../aws/retry.ts'
import type { Context } from '../../context.ts'
import type { CodeSource } from '../../mfa/code-source.ts'
import { sentCode, wasSent } from '../../mfa/token-code.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import type { SentCodeNote } from '../cache/store.ts'
import type { EarlyConnection } from './connect.ts'

type MfaSessionRequest = Required<Pick<SessionRequest, 'serialNumber' | 'durationSeconds'>>

/**
 * Asks for codes until STS returns a session. Never sends a code again that may be used: after a wrong code
 * or an unknown outcome it asks for the next one. Throws a Failure.
 */
export async function requestSession(
  context: Context,
  source: CredentialSource,
  request: MfaSessionRequest,
  {
    connection,
    codes,
    note,
  }: { connection: EarlyConnection; codes: CodeSource; note: SentCodeNote },
): Promise<Session> {
  const { serialNumber } = request
  for (let refusals = 0; ;) {
    const code = await codes.next()
    if (wasSent(await note.read(), serialNumber, code, context.now())) {
      await codes.waitForNextCode()
      continue
    }
    try {
      return await sendCode(context, await connection.client(), request, code, note)
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      refusals += 1
      const failure = explain(error, { ...source, serialNumber, hasCode: true })
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
  request: MfaSessionRequest,
  tokenCode: string,
  note: SentCodeNote,
): Promise<Session> {
  await note.write(sentCode(request.serialNumber, tokenCode, context.now()))
  const send = async (): Promise<Session> => aws.getSessionToken({ ...request, tokenCode })
  try {
    return await retry(context, send, { atMostOnce: true })
  } catch (error) {
    if (error instanceof AwsError && !mayBeDone(classifyError(error))) await note.remove()
    throw error
  }
}

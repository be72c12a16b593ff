import { AwsError, type Aws, type Session, type SessionRequest } from '../../aws/api.ts'
import { classifyError, type ErrorClass } from '../../aws/errors/classify.ts'
import { explain, unknownDevice } from '../../aws/errors/explain.ts'
import { mayBeDone, retry } from '../../aws/retry.ts'
import type { Context } from '../../context.ts'
import type { CodeSource } from '../../mfa/code-source.ts'
import { sentCode, wasSent } from '../../mfa/token-code.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import type { SentCodeNote } from '../cache/store.ts'
import type { CachedSession } from '../model/session.ts'
import type { EarlyConnection } from './connect.ts'

/** A call that exchanges a token code for a session. */
export interface CodeCall {
  send(
    aws: Aws,
    code: Required<Pick<SessionRequest, 'serialNumber' | 'tokenCode'>>,
  ): Promise<Session>
  /** What the cache notes of the session. */
  readonly entry: Pick<CachedSession, 'profile' | 'roles' | 'seconds'>
  /** The ARN of the role that it assumes. */
  readonly role?: string
  /** What makes its session last an hour, which needs no code. */
  readonly oneHourCommand?: string
  /** Where `--duration` is longer than the profile says. */
  readonly usualLengthCommand?: string | undefined
}

interface CodeRequest {
  readonly serialNumber: string
  readonly call: CodeCall
}

const TYPED_AGAIN =
  'You have just typed that code: AWS refused it. Type the one that the device shows now.'

/**
 * Asks for codes until STS returns a session. Never sends a code again that may be used: after a wrong code
 * or an unknown outcome it asks for the next one. Throws a Failure.
 */
export async function requestSession(
  context: Context,
  source: CredentialSource,
  request: CodeRequest,
  {
    connection,
    codes,
    note,
  }: { connection: EarlyConnection; codes: CodeSource; note: SentCodeNote },
): Promise<Session> {
  const { serialNumber, call } = request
  let refused: string | undefined
  for (let refusals = 0; ;) {
    const code = await codes.next()
    refuseUnknownDevice(source, serialNumber, connection.devices())
    if (code === refused) {
      // The right code of this step is unused. A device that computes its codes gives the same one again: then wait.
      refused = undefined
      await codes.reportRefusal(TYPED_AGAIN)
      continue
    }
    if (wasSent(await note.read(), serialNumber, code, context.now())) {
      await codes.waitForNextCode()
      continue
    }
    try {
      return await sendCode(context, await connection.client(), request, code, note)
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      refusals += 1
      const { role, oneHourCommand, usualLengthCommand } = call
      const commands = { oneHourCommand, usualLengthCommand }
      const errorContext = { ...source, serialNumber, hasCode: true, role, ...commands }
      const failure = explain(error, errorContext)
      // Another code may help where this one was refused or may be spent.
      if (!mayBeDone(classifyError(error)) || refusals >= codes.tries) throw failure
      if (codes.kind === 'prompt' && classifyError(error) === 'code') refused = code
      await codes.reportRefusal(failure.message)
    }
  }
}

/** Throws a Failure where IAM lists other devices, so that no code is spent. An emulator may list none. */
function refuseUnknownDevice(
  source: CredentialSource,
  serialNumber: string,
  devices: readonly string[],
): void {
  const isSame = (device: string): boolean => device.toLowerCase() === serialNumber.toLowerCase()
  if (devices.length > 0 && !devices.some(isSame)) throw unknownDevice({ ...source, serialNumber })
}

/** Sends one code once; again only where STS cannot have checked it. */
async function sendCode(
  context: Context,
  aws: Aws,
  { serialNumber, call }: CodeRequest,
  tokenCode: string,
  note: SentCodeNote,
): Promise<Session> {
  await note.write(sentCode(serialNumber, tokenCode, context.now()))
  const send = async (): Promise<Session> => call.send(aws, { serialNumber, tokenCode })
  try {
    return await retry(context, send, { atMostOnce: true })
  } catch (error) {
    if (error instanceof AwsError && !maySpend(classifyError(error), call)) await note.remove()
    throw error
  }
}

/** A trust policy is judged after the code, as it may ask for MFA. */
function maySpend(errorClass: ErrorClass, { role }: CodeCall): boolean {
  return mayBeDone(errorClass) || (role !== undefined && errorClass === 'refused')
}

import type { Context } from '../../context.ts'
import { codeSource } from '../../mfa/code-source.ts'
import { isRootDevice } from '../../mfa/serial.ts'
import { readLongTermKeys } from '../../profile/keys-of.ts'
import type { Paths } from '../../profile/paths.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import { getOrCreateEncryptionKey } from '../cache/encryption-key.ts'
import { wantsEncryption } from '../cache/encryption-setting.ts'
import { sentCodeNote, storeCached } from '../cache/store.ts'
import { mfaSessionSeconds } from '../model/session-length.ts'
import type { CachedSession } from '../model/session.ts'
import { refuseExpiredHere, warnOfClock } from './check-clock.ts'
import { connectEarly } from './connect.ts'
import { requestSession, type CodeCall } from './request-session.ts'
import { longRoleCall } from './role-request.ts'
import { resolveSerialNumber } from './serial-number.ts'
import type { GetSessionOptions } from '../cache/look-up.ts'

/**
 * Gets a session with a token code and stores it in the cache: the MFA session, or with `isOfRole` that of the role
 * of the source. Calls `onPrompt` where a person is asked.
 */
export async function createWithCode(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  {
    onPrompt,
    isOfRole,
    ...options
  }: GetSessionOptions & { readonly onPrompt: () => void; readonly isOfRole: boolean },
): Promise<CachedSession> {
  const { serialNumber, call, keys, isEncrypted, codes } = await prepareSession(
    context,
    paths,
    source,
    { ...options, isOfRole },
  )
  if (codes.kind === 'prompt') onPrompt()
  const { accessKeyId } = source
  const hasTime = codes.kind !== 'given'
  // One that a person names or that IAM has just listed needs no check, and the account root's is not listed.
  const isConfigured = options.serial === undefined && source.serialNumber === serialNumber
  const listsDevices = codes.kind === 'prompt' && isConfigured && !isRootDevice(serialNumber)
  const connection = connectEarly(context, source, serialNumber, { keys, hasTime, listsDevices })
  try {
    const note = sentCodeNote(context, paths, { accessKeyId, serialNumber })
    const request = { serialNumber, call }
    const session: CachedSession = {
      version: 1,
      ...(await requestSession(context, source, request, { connection, codes, note })),
      ...call.entry,
      serialNumber,
      sourceAccessKeyId: accessKeyId,
      obtainedAt: new Date(context.now()).toISOString(),
    }
    const aws = await connection.client()
    refuseExpiredHere(context, aws, session)
    warnOfClock(context, aws)
    await storeCached(context, paths, session, { isEncrypted })
    return session
  } finally {
    connection.close()
    codes.close()
  }
}

/** All that is needed before a code is asked for; where sessions are encrypted, the keyring has the key then. */
async function prepareSession(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  { isOfRole, ...options }: GetSessionOptions & { readonly isOfRole: boolean },
) {
  const serialNumber = await resolveSerialNumber(context, paths, source, options)
  // A locked keyring may ask a person, or fail.
  const keys = await readLongTermKeys(context, source)
  const isEncrypted = wantsEncryption(context.env, source)
  if (isEncrypted) await getOrCreateEncryptionKey(context, paths)
  const call = isOfRole
    ? await longRoleCall(context, source, serialNumber, options)
    : mfaSessionCall({ ...source, serialNumber }, options)
  const { tokenCode, prompt } = options
  const codes = await codeSource(context, {
    tokenCode,
    mfaProcess: source.setting('mfa_process'),
    prompt,
    keyAccount: source.setting('ykman_oath_credential_name'),
    callerStartedAt: options.callerStartedAt,
    profile: source.profile,
    serialNumber,
  })
  return { serialNumber, call, keys, isEncrypted, codes }
}

function mfaSessionCall(source: CredentialSource, options: GetSessionOptions): CodeCall {
  const durationSeconds = mfaSessionSeconds(source, options)
  return {
    send: async (aws, code) => aws.getSessionToken({ ...code, durationSeconds }),
    entry: { profile: source.user.profile, seconds: durationSeconds },
  }
}

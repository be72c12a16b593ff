import type { Context } from '../../context.ts'
import { codeSource } from '../../mfa/code-source.ts'
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
import { requestSession } from './request-session.ts'
import { resolveSerialNumber } from './serial-number.ts'
import type { GetSessionOptions } from '../cache/look-up.ts'

/** Gets a session with a token code and stores it in the cache. Calls `onPrompt` where a person is asked. */
export async function createMfaSession(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  { onPrompt, ...options }: GetSessionOptions & { readonly onPrompt: () => void },
): Promise<CachedSession> {
  const { request, keys, isEncrypted, codes } = await prepareSession(
    context,
    paths,
    source,
    options,
  )
  if (codes.kind === 'prompt') onPrompt()
  const { accessKeyId, user } = source
  const { serialNumber } = request
  const hasTime = codes.kind !== 'given'
  const connection = connectEarly(context, source, serialNumber, { keys, hasTime })
  try {
    const note = sentCodeNote(context, paths, { accessKeyId, serialNumber })
    const session: CachedSession = {
      version: 1,
      ...(await requestSession(context, source, request, { connection, codes, note })),
      profile: user.profile,
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
  options: GetSessionOptions,
) {
  const serialNumber = await resolveSerialNumber(context, paths, source, options)
  // A locked keyring may ask a person, or fail.
  const keys = await readLongTermKeys(context, source)
  const isEncrypted = wantsEncryption(context.env, source)
  if (isEncrypted) await getOrCreateEncryptionKey(context, paths)
  const { tokenCode, prompt } = options
  const durationSeconds = mfaSessionSeconds({ ...source, serialNumber }, options)
  const codes = await codeSource(context, {
    tokenCode,
    mfaProcess: source.setting('mfa_process'),
    prompt,
    keyAccount: source.setting('ykman_oath_credential_name'),
    callerStartedAt: options.callerStartedAt,
    profile: source.profile,
    serialNumber,
  })
  return { request: { serialNumber, durationSeconds }, keys, isEncrypted, codes }
}

import type { AwsKeys } from '../../aws/api.ts'
import type { Context } from '../../context.ts'
import { Failure, type ExitName } from '../../failure.ts'
import { codeSource, type CodeSource } from '../../mfa/code-source.ts'
import { checkSerialNumber, findDevice, chooseDeviceToAsk } from '../../mfa/find-device.ts'
import type { PromptChoice } from '../../mfa/prompts/prompt-choice.ts'
import { isRootDevice } from '../../mfa/serial.ts'
import { readLongTermKeys } from '../../profile/keys-of.ts'
import type { Paths } from '../../profile/paths.ts'
import type { ProfileRequest, CredentialSource } from '../../profile/resolve.ts'
import { editFile } from '../../profile/files/edit-file.ts'
import { sentCodeNote, storeCached } from '../cache/store.ts'
import { wantsEncryption } from '../cache/encryption-setting.ts'
import { getOrCreateEncryptionKey } from '../cache/encryption-key.ts'
import { connect, connectEarly } from './connect.ts'
import { sessionSeconds } from '../model/duration.ts'
import { withExplanation } from '../../aws/errors/explain.ts'
import { readSerialNumber, createLookUp, type SessionResult } from '../cache/look-up.ts'
import { checkMinimumLife, type MinimumLife } from '../model/session-length.ts'
import { requestSession } from './request-session.ts'
import { lockKey, type CachedSession } from '../model/session.ts'
import { onceAcrossProcesses } from './once-across-processes.ts'
import { refuseNoAddress } from '../../aws/sts-endpoint.ts'

export interface GetSessionOptions extends MinimumLife {
  readonly request: ProfileRequest
  readonly serial?: string | undefined
  /** The devices of the key's user, where they are known. */
  readonly devices?: readonly string[] | undefined
  readonly tokenCode?: string | undefined
  readonly prompt?: PromptChoice | undefined
  /** When whoever runs us began to wait, where it does not wait for ever; as SDKs do. */
  readonly callerStartedAt?: number
  readonly duration?: string | undefined
  /** For tools, which come again: a cached session of a role will do however long it was made for. */
  readonly isAnyLength?: boolean
  /** Take a new session although there is a good one. */
  readonly force?: boolean
}

/** The MFA session behind a profile: the cached one while it lives, else a new one. Throws a Failure. */
export async function getMfaSession(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  options: GetSessionOptions,
): Promise<SessionResult> {
  const find = createLookUp(context, paths, source, { ...options, roles: [] })
  const found = await find()
  if (found !== undefined) return found
  checkMinimumLife(source, options)
  let asksPerson = false
  await context.files.makePrivate(paths.cache)
  return onceAcrossProcesses(context, {
    lockPath: `${paths.cache}/${lockKey(source.accessKeyId, options.serial)}`,
    startedAt: options.callerStartedAt,
    lookUp: find,
    isShared: ({ exit }) => exit === 'cancelled' || (asksPerson && SHARED.has(exit)),
    make: async () => {
      const serialNumber = await resolveSerialNumber(context, paths, source, options)
      // Before a code is asked for: a locked keyring asks too, or ends it.
      const keys = await readLongTermKeys(context, source)
      refuseNoAddress(context.env, (key) => source.setting(key))
      const isEncrypted = wantsEncryption(context.env, source)
      if (isEncrypted) await getOrCreateEncryptionKey(context, paths)
      const codes = await createCodeSource(context, source, options, serialNumber)
      asksPerson = codes.kind === 'prompt'
      return createSession(
        context,
        paths,
        source,
        { ...options, serialNumber, keys, isEncrypted },
        codes,
      )
    },
  })
}

const SHARED = new Set<ExitName>(['refused', 'unreachable'])

/** What there is to be known before a code is asked for. */
interface PreparedSession extends GetSessionOptions {
  readonly serialNumber: string
  readonly keys: AwsKeys
  /** How the session is to be stored; the keyring has the key for it then. */
  readonly isEncrypted: boolean
}

async function createSession(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  { serialNumber, keys, isEncrypted, duration }: PreparedSession,
  codes: CodeSource,
): Promise<SessionResult> {
  const hasTime = codes.kind !== 'given'
  const ahead = connectEarly(context, source, serialNumber, { keys, hasTime })
  try {
    const want = {
      ...source,
      serialNumber,
      durationSeconds: sessionSeconds(
        duration ?? source.user.setting('duration_seconds'),
        isRootDevice(serialNumber),
      ),
    }
    const note = sentCodeNote(context, paths, want)
    const session: CachedSession = {
      version: 1,
      ...(await requestSession(context, ahead, want, codes, note)),
      profile: source.user.profile,
      serialNumber,
      sourceAccessKeyId: source.accessKeyId,
      obtainedAt: new Date(context.now()).toISOString(),
    }
    await storeCached(context, paths, session, { isEncrypted })
    return { session, isNew: true }
  } finally {
    ahead.close()
    codes.close()
  }
}

async function createCodeSource(
  context: Context,
  source: CredentialSource,
  { tokenCode, prompt, callerStartedAt: callerStartedAt }: GetSessionOptions,
  serialNumber: string,
): Promise<CodeSource> {
  return codeSource(context, {
    tokenCode,
    mfaProcess: source.setting('mfa_process'),
    prompt,
    keyAccount: source.setting('ykman_oath_credential_name'),
    callerStartedAt: callerStartedAt,
    profile: source.profile,
    serialNumber,
  })
}

/** The serial number: told, known, or found at IAM and then remembered in the config. */
async function resolveSerialNumber(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  options: GetSessionOptions,
): Promise<string> {
  const known = options.serial ?? (await readSerialNumber(context, paths, options.request))
  if (known !== undefined) return checkSerialNumber(known)
  return discoverSerialNumber(context, paths, source, options.devices)
}

async function discoverSerialNumber(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  devices: readonly string[] | undefined,
): Promise<string> {
  const { profile } = source
  const found =
    devices === undefined
      ? await withExplanation(source, async () =>
          findDevice(context, await connect(context, source, undefined), profile),
        )
      : await chooseDeviceToAsk(context, devices, profile)
  const serial = checkSerialNumber(found)
  await saveSerialNumber(context, paths, source.user.profile, serial)
  return serial
}

export async function saveSerialNumber(
  context: Context,
  paths: Paths,
  profile: string,
  serial: string,
): Promise<void> {
  try {
    await editFile(context, paths.config, 'config', [{ profile, change: { mfa_serial: serial } }])
  } catch (error) {
    // Only a convenience for the next time; the session is worth more.
    if (!(error instanceof Failure)) throw error
    context.info(`The serial number could not be remembered: ${error.message}`)
  }
}

import type { AwsKeys } from '../../aws/api.ts'
import type { Context } from '../../context.ts'
import { Failure, type ExitName } from '../../failure.ts'
import { codeSource, type CodeSource } from '../../mfa/code-source.ts'
import { checkedSerial, findDevice, oneOf } from '../../mfa/find-device.ts'
import type { Choice } from '../../mfa/prompts/prompt-choice.ts'
import { isRootDevice } from '../../mfa/serial.ts'
import { keysOf } from '../../profile/keys-of.ts'
import type { Paths } from '../../profile/paths.ts'
import type { Ask, Source } from '../../profile/resolve.ts'
import { editFile } from '../../profile/edit-file.ts'
import { sentNote, storeCached } from '../cache/store.ts'
import { wantsEncryption } from '../cache/encryption-setting.ts'
import { sealingKey } from '../cache/encryption-key.ts'
import { connect, connectAhead } from './connect.ts'
import { sessionSeconds } from '../model/duration.ts'
import { explained } from '../../aws/errors/explain.ts'
import { currentSerial, finder, type Renewed } from '../cache/look-up.ts'
import { checkLife, type LeastLife } from '../model/session-length.ts'
import { obtainSession } from './request-session.ts'
import { flightName, type CachedSession } from '../model/session.ts'
import { singleFlight } from './once-across-processes.ts'
import { refuseNoAddress } from '../../aws/sts-endpoint.ts'

export interface Renewal extends LeastLife {
  readonly ask: Ask
  readonly serial?: string | undefined
  /** The devices of the key's user, where they are known. */
  readonly devices?: readonly string[] | undefined
  readonly tokenCode?: string | undefined
  readonly prompt?: Choice | undefined
  /** When whoever runs us began to wait, where it does not wait for ever; as SDKs do. */
  readonly hurriedSince?: number
  readonly duration?: string | undefined
  /** For tools, which come again: a cached session of a role will do however long it was made for. */
  readonly isAnyLength?: boolean
  /** Take a new session although there is a good one. */
  readonly force?: boolean
}

/** The MFA session behind a profile: the cached one while it lives, else a new one. Throws a Failure. */
export async function renewSession(
  context: Context,
  paths: Paths,
  source: Source,
  renewal: Renewal,
): Promise<Renewed> {
  const find = finder(context, paths, source, { ...renewal, roles: [] })
  const found = await find()
  if (found !== undefined) return found
  checkLife(source, renewal)
  let asksPerson = false
  await context.files.makePrivate(paths.cache)
  return singleFlight(context, {
    path: `${paths.cache}/${flightName(source.accessKeyId, renewal.serial)}`,
    since: renewal.hurriedSince,
    find,
    isShared: ({ exit }) => exit === 'cancelled' || (asksPerson && SHARED.has(exit)),
    make: async () => {
      const serialNumber = await serialFor(context, paths, source, renewal)
      // Before a code is asked for: a locked keyring asks too, or ends it.
      const keys = await keysOf(context, source)
      refuseNoAddress(context.env, (key) => source.setting(key))
      const isEncrypted = wantsEncryption(context.env, source)
      if (isEncrypted) await sealingKey(context, paths)
      const codes = await codesFor(context, source, renewal, serialNumber)
      asksPerson = codes.kind === 'prompt'
      return makeSession(
        context,
        paths,
        source,
        { ...renewal, serialNumber, keys, isEncrypted },
        codes,
      )
    },
  })
}

const SHARED = new Set<ExitName>(['refused', 'unreachable'])

/** What there is to be known before a code is asked for. */
interface Ready extends Renewal {
  readonly serialNumber: string
  readonly keys: AwsKeys
  /** How the session is to be stored; the keyring has the key for it then. */
  readonly isEncrypted: boolean
}

async function makeSession(
  context: Context,
  paths: Paths,
  source: Source,
  { serialNumber, keys, isEncrypted, duration }: Ready,
  codes: CodeSource,
): Promise<Renewed> {
  const hasTime = codes.kind !== 'given'
  const ahead = connectAhead(context, source, serialNumber, { keys, hasTime })
  try {
    const want = {
      ...source,
      serialNumber,
      durationSeconds: sessionSeconds(
        duration ?? source.user.setting('duration_seconds'),
        isRootDevice(serialNumber),
      ),
    }
    const note = sentNote(context, paths, want)
    const session: CachedSession = {
      version: 1,
      ...(await obtainSession(context, ahead, want, codes, note)),
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

async function codesFor(
  context: Context,
  source: Source,
  { tokenCode, prompt, hurriedSince }: Renewal,
  serialNumber: string,
): Promise<CodeSource> {
  return codeSource(context, {
    tokenCode,
    mfaProcess: source.setting('mfa_process'),
    prompt,
    keyAccount: source.setting('ykman_oath_credential_name'),
    hurriedSince,
    profile: source.profile,
    serialNumber,
  })
}

/** The serial number: told, known, or found at IAM and then remembered in the config. */
async function serialFor(
  context: Context,
  paths: Paths,
  source: Source,
  renewal: Renewal,
): Promise<string> {
  const known = renewal.serial ?? (await currentSerial(context, paths, renewal.ask))
  if (known !== undefined) return checkedSerial(known)
  return discoverSerial(context, paths, source, renewal.devices)
}

async function discoverSerial(
  context: Context,
  paths: Paths,
  source: Source,
  devices: readonly string[] | undefined,
): Promise<string> {
  const { profile } = source
  const found =
    devices === undefined
      ? await explained(source, async () =>
          findDevice(context, await connect(context, source, undefined), profile),
        )
      : await oneOf(context, devices, profile)
  const serial = checkedSerial(found)
  await rememberSerial(context, paths, source.user.profile, serial)
  return serial
}

export async function rememberSerial(
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
    context.say(`The serial number could not be remembered: ${error.message}`)
  }
}

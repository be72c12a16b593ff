import type { Aws, AwsKeys, Context } from '../context.ts'
import { Failure, type ExitName } from '../failure.ts'
import { codeSource, type CodeSource } from '../mfa/code-source.ts'
import { checkedSerial, findDevice } from '../mfa/find-device.ts'
import { isRootDevice } from '../mfa/serial.ts'
import type { Paths } from '../profile/paths.ts'
import { resolveSource, type Ask, type Source } from '../profile/resolve.ts'
import { editFile, readProfileFiles } from '../profile/write.ts'
import { findCached, sentNote, storeCached } from './cache.ts'
import { callSettings } from './call-settings.ts'
import { sessionSeconds } from './duration.ts'
import { explained } from './explain.ts'
import { obtainSession } from './obtain.ts'
import { cacheName, timeLeft, type CachedSession } from './session.ts'
import { singleFlight } from './single-flight.ts'

export interface Renewal {
  readonly ask: Ask
  readonly serial?: string | undefined
  readonly tokenCode?: string | undefined
  readonly duration?: string | undefined
  /** Take a new session although there is a good one. */
  readonly force?: boolean
  /** Milliseconds a session must still live to be kept. */
  readonly minTtl: number
}

export interface Renewed {
  readonly session: CachedSession
  readonly isNew: boolean
}

/** The session of a profile: the cached one while it lives, else a new one. Throws a Failure. */
export async function renewSession(
  context: Context,
  paths: Paths,
  source: Source,
  renewal: Renewal,
): Promise<Renewed> {
  const began = context.now()
  const find = async (): Promise<Renewed | undefined> => {
    if (renewal.force) return undefined
    const serialNumber = renewal.serial ?? (await currentSerial(context, paths, renewal.ask))
    if (serialNumber === undefined) return undefined
    const session = await findCached(context, paths, { ...source, serialNumber })
    if (session === undefined) return undefined
    // One made while this process waited will do, however short it was asked to be.
    const isFresh = Date.parse(session.obtainedAt ?? '') >= began
    const livesLong = timeLeft(session.expiration, context.now()) >= renewal.minTtl
    return isFresh || livesLong ? { session, isNew: false } : undefined
  }
  const found = await find()
  if (found !== undefined) return found
  let asksPerson = false
  await context.files.makePrivate(paths.cache)
  return singleFlight(context, {
    path: `${paths.cache}/${cacheName(source.accessKeyId, renewal.serial ?? '').replace('.json', '')}`,
    find,
    isShared: ({ exit }) => exit === 'cancelled' || (asksPerson && SHARED.has(exit)),
    make: async () => {
      const serialNumber = await serialFor(context, paths, source, renewal)
      const codes = await codesFor(context, source, renewal, serialNumber)
      asksPerson = codes.kind === 'prompt'
      return makeSession(context, paths, source, { ...renewal, serial: serialNumber }, codes)
    },
  })
}

const SHARED = new Set<ExitName>(['refused', 'unreachable'])

async function makeSession(
  context: Context,
  paths: Paths,
  source: Source,
  { serial: serialNumber = '', duration }: Renewal,
  codes: CodeSource,
): Promise<Renewed> {
  try {
    const want = {
      ...source,
      serialNumber,
      durationSeconds: sessionSeconds(
        duration ?? source.setting('duration_seconds'),
        isRootDevice(serialNumber),
      ),
    }
    const aws = await connect(context, source, serialNumber)
    const note = sentNote(context, paths, want)
    const session: CachedSession = {
      version: 1,
      ...(await obtainSession(context, aws, want, codes, note)),
      profile: source.profile,
      serialNumber,
      sourceAccessKeyId: source.accessKeyId,
      obtainedAt: new Date(context.now()).toISOString(),
    }
    await storeCached(context, paths, session)
    return { session, isNew: true }
  } finally {
    codes.close()
  }
}

async function codesFor(
  context: Context,
  source: Source,
  { tokenCode }: Renewal,
  serialNumber: string,
): Promise<CodeSource> {
  const mfaProcess = source.setting('mfa_process')
  return codeSource(context, { tokenCode, mfaProcess, profile: source.profile, serialNumber })
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
  return discoverSerial(context, paths, source)
}

export async function discoverSerial(
  context: Context,
  paths: Paths,
  source: Source,
): Promise<string> {
  const aws = await connect(context, source, undefined)
  const serial = await explained(source, async () => findDevice(context, aws, source.profile))
  await rememberSerial(context, paths, source.profile, serial)
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

/** As the files say now: another process may have found it meanwhile. */
async function currentSerial(
  context: Context,
  paths: Paths,
  ask: Ask,
): Promise<string | undefined> {
  return resolveSource(await readProfileFiles(context, paths), context.env, ask).serialNumber
}

/** A client for the source's keys, or for a session of theirs. */
export async function connect(
  context: Context,
  source: Source,
  serial: string | undefined,
  session?: AwsKeys,
): Promise<Aws> {
  return context.aws({
    keys: session ?? {
      accessKeyId: source.accessKeyId,
      secretAccessKey: source.secretAccessKey,
    },
    profile: source.settingsProfile,
    ...callSettings(context.env, (key) => source.setting(key), serial),
  })
}

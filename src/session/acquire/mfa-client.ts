import { AwsError, type Aws } from '../../aws/api.ts'
import type { Context } from '../../context.ts'
import { isSecurityKey } from '../../mfa/serial.ts'
import { readProfileFiles } from '../../profile/files/snapshot.ts'
import { pathsOf, type Paths } from '../../profile/paths.ts'
import {
  environmentCredentials,
  requestedProfile,
  type CredentialSource,
} from '../../profile/resolve.ts'
import { settingsOf } from '../../profile/settings.ts'
import { withExplanation } from '../../aws/errors/explain.ts'
import { createLookUp } from '../cache/look-up.ts'
import { readInventory } from '../cache/store.ts'
import { isUsable, WORTH_KEEPING_MS } from '../model/freshness.ts'
import { checkEndpoints, connect, connectWithKeys } from './connect.ts'
import { getMfaSession } from './get-session.ts'
import { retry } from '../../aws/retry.ts'

/** A client for IAM with the MFA session of a profile; asks for a code where the cache has none. */
export async function connectWithMfa(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  minTtl = WORTH_KEEPING_MS,
  devices?: readonly string[],
): Promise<Aws> {
  // Before a code is asked for.
  await checkEndpoints(context, source, source.serialNumber, ['iam'])
  const serial = await deviceOfLivingSession(context, paths, source, minTtl)
  const options = { minTtl, devices, isAnyLength: true }
  // That device is not to be asked: a session that cannot be decrypted may be of one that is lost.
  const cached =
    serial === source.serialNumber
      ? undefined
      : await createLookUp(context, paths, { ...options, serial, roles: [] })(source)
  const { session } = cached ?? (await getMfaSession(context, paths, source, options))
  return connect(context, source, session.serialNumber, session)
}

/** A session of any device of the user will do; undefined if there is none. */
async function deviceOfLivingSession(
  context: Context,
  paths: Paths,
  { accessKeyId, serialNumber }: CredentialSource,
  minTtl: number,
): Promise<string | undefined> {
  const { cached } = await readInventory(context, paths)
  const living = cached.filter(
    (each) =>
      each.sourceAccessKeyId === accessKeyId &&
      each.roles === undefined &&
      isUsable(each, { minTtl }, context.now()),
  )
  const [session] = living.sort(
    (one, other) =>
      Number(other.serialNumber === serialNumber) - Number(one.serialNumber === serialNumber),
  )
  return session?.serialNumber
}

/**
 * A client with the MFA session where the key's user has a device that STS accepts, else with the bare key.
 * `bare` signs with the long-term key: an emulator may not know the user of a session (moto 5). `devices` are
 * the serial numbers of the devices of the key's user, or `ifHidden` where that is given and IAM does not tell them;
 * `onDevices` gets them before a code is asked for, and may throw.
 */
export async function connectWithMfaIfPossible(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  {
    ifHidden,
    onDevices = () => undefined,
  }: {
    readonly ifHidden?: readonly string[]
    readonly onDevices?: (devices: readonly string[]) => void
  } = {},
) {
  const bare = await connect(context, source, source.serialNumber)
  const devices = await withExplanation(source, async () => {
    try {
      return await retry(context, async () => bare.listMfaDevices())
    } catch (error) {
      if (ifHidden === undefined || !isHidden(error)) throw error
      const known = ifHidden.join(', ') || 'the bare key'
      context.info(
        `IAM does not tell the MFA devices of your user (${error.code}); using ${known}.`,
      )
      return ifHidden
    }
  })
  onDevices(devices)
  if (devices.every(isSecurityKey)) return { aws: bare, bare, hasMfa: false, devices }
  const aws = await connectWithMfa(context, paths, source, WORTH_KEEPING_MS, devices)
  return { aws, bare, hasMfa: true, devices }
}

/** Whether the caller may not list its devices, or is no user that IAM knows, as the keys of some emulators. */
function isHidden(error: unknown): error is AwsError {
  return error instanceof AwsError && ['AccessDenied', 'NoSuchEntity'].includes(error.code)
}

/**
 * A client with the session in the environment, as of a role or SSO; undefined if there is none. If it may
 * call IAM, it is a role's session or carries MFA (AWS STS API reference, GetSessionToken).
 */
export async function connectFromEnvironment(context: Context) {
  const { env } = context
  const keys = environmentCredentials(env)
  if (keys?.sessionToken === undefined) return undefined
  const profile = requestedProfile(undefined, env)
  const files = await readProfileFiles(context, pathsOf(context))
  const aws = await connectWithKeys(context, settingsOf(files, [profile]), undefined, keys)
  const { accessKeyId } = keys
  const errorContext = { profile, accessKeyId, keysProfile: undefined, isEnvironments: true }
  return { aws, bare: aws, errorContext, hasMfa: true }
}

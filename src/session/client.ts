import type { Aws, Context } from '../context.ts'
import { isSecurityKey } from '../mfa/serial.ts'
import type { Paths } from '../profile/paths.ts'
import type { Source } from '../profile/resolve.ts'
import { explained } from './explain.ts'
import { connect, renewSession } from './renew.ts'

/** A session that ends within a minute is of no use any more. */
export const WORTH_KEEPING_MS = 60_000

/** A client with the MFA session of a profile; asks for a code where there is none. */
export async function mfaClient(context: Context, paths: Paths, source: Source): Promise<Aws> {
  const { session } = await renewSession(context, paths, source, {
    ask: { profile: source.profile },
    serial: undefined,
    tokenCode: undefined,
    duration: undefined,
    force: false,
    minTtl: WORTH_KEEPING_MS,
  })
  return connect(context, source, session.serialNumber, session)
}

export interface Client {
  readonly aws: Aws
  readonly hasMfa: boolean
  /** Serial numbers of the devices of the key's user. */
  readonly devices: readonly string[]
}

/** The MFA session where the key's user has a device STS can take, else the bare key. */
export async function bestClient(context: Context, paths: Paths, source: Source): Promise<Client> {
  const bare = await connect(context, source, source.serialNumber)
  const devices = await explained(source, async () => bare.listMfaDevices())
  if (devices.every(isSecurityKey)) return { aws: bare, hasMfa: false, devices }
  return { aws: await mfaClient(context, paths, source), hasMfa: true, devices }
}

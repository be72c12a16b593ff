import type { Aws, Context, Terminal } from '../context.ts'
import { Failure } from '../failure.ts'
import { onlySecurityKeys } from '../mfa/serial.ts'
import type { Paths } from '../profile/paths.ts'
import type { Source } from '../profile/resolve.ts'
import { noteSent } from '../session/cache.ts'
import { bestClient } from '../session/client.ts'
import { rememberSerial } from '../session/renew.ts'
import { exchangeCodes, tooManyDevices } from './exchange.ts'
import { isDeleted, makeDevice } from './make.ts'
import { deviceName, otpauthUri } from './naming.ts'
import { userNameOf } from './person.ts'
import { showSeed, type Showing } from './show-seed.ts'

/** IAM quota "MFA devices per user". */
const MOST_DEVICES = 8

export interface Enrolment {
  readonly paths: Paths
  readonly source: Source
  readonly terminal: Terminal
  readonly name: string | undefined
  readonly showing: Showing
}

/** Makes and enables a device, and remembers its serial number, which it returns. */
export async function enrol(context: Context, enrolment: Enrolment): Promise<string> {
  const { paths, source, terminal, showing } = enrolment
  // A bare key enrols the first device only; a further one takes an MFA session (AWS-2023-001).
  const { aws, bare, hasMfa, devices } = await bestClient(context, paths, source)
  if (devices.length >= MOST_DEVICES) throw tooManyDevices(source.profile)
  if (devices.length > 0 && !hasMfa) throw onlySecurityKeys()
  const { userName, account } = await userNameOf(bare, source)
  const device = await makeDevice(aws, terminal, source, enrolment.name ?? userName)
  const { seed, serialNumber } = device
  try {
    if (seed !== undefined) {
      const uri = otpauthUri(userName, account, seed)
      await showSeed(context, terminal, { uri, seed }, showing)
    }
    const code = await enable(aws, context, enrolment, { userName, serialNumber, seed })
    // Spent by enabling: the first login must wait for another one.
    await noteSent(context, paths, { ...source, serialNumber }, code)
    await rememberSerial(context, paths, source.profile, serialNumber)
    return serialNumber
  } catch (error) {
    throw await withoutLeftover(aws, error, enrolment, serialNumber)
  }
}

async function enable(
  aws: Aws,
  context: Context,
  { source, terminal }: Enrolment,
  device: { userName: string; serialNumber: string; seed: string | undefined },
): Promise<string> {
  const { userName, serialNumber, seed } = device
  return exchangeCodes(context, terminal, {
    attempt: source,
    seed,
    send: async (codes) => aws.enableDevice({ userName, serialNumber, codes }),
    isDone: async () => (await aws.listMfaDevices(userName)).includes(serialNumber),
  })
}

/** Deletes the device that did not come into use; where that is refused, says that it stays. */
async function withoutLeftover(
  aws: Aws,
  error: unknown,
  { source }: Enrolment,
  serialNumber: string,
): Promise<unknown> {
  if (!(error instanceof Failure)) return error
  const isGone = await isDeleted(aws, serialNumber)
  const reason = error.exit === 'cancelled' ? 'Cancelled.' : error.message
  if (isGone)
    return new Failure(error.exit, `${reason} The new device was deleted again.`, error.hint)
  return new Failure(
    error.exit,
    `${reason} The device ${deviceName(serialNumber)} stays behind, unused.`,
    `mfa-login device enroll --profile ${source.profile} goes on with it`,
  )
}

import { AwsError, type Aws } from '../aws/api.ts'
import type { Context, Terminal } from '../context.ts'
import { Failure } from '../failure.ts'
import { onlySecurityKeys } from '../mfa/serial.ts'
import type { Paths } from '../profile/paths.ts'
import type { Source } from '../profile/resolve.ts'
import { noteSent } from '../session/cache/store.ts'
import { bestClient } from '../session/acquire/mfa-client.ts'
import { explain, type Attempt } from '../aws/errors/explain.ts'
import { rememberSerial } from '../session/acquire/mfa-session.ts'
import { exchangeCodes, tooManyDevices } from './exchange.ts'
import { isDeleted, makeDevice, type NewDevice } from './make.ts'
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
  const { paths, source, terminal } = enrolment
  // A bare key enrols the first device only; a further one takes an MFA session (AWS-2023-001).
  const { aws: bestAws, bare, hasMfa, devices } = await bestClient(context, paths, source)
  if (devices.length >= MOST_DEVICES) throw tooManyDevices(source.profile)
  if (devices.length > 0 && !hasMfa) throw onlySecurityKeys()
  const attempt = attemptOf(source)
  const { userName, account } = await userNameOf(bare, attempt)
  const device = await makeDevice(bestAws, terminal, attempt, enrolment.name ?? userName)
  const { serialNumber } = device
  const code = await bringIntoUse(bestAws, context, enrolment, { ...device, userName, account })
  await rememberSerial(context, paths, homeOf(source), serialNumber)
  await noteSpent(context, enrolment, serialNumber, code)
  return serialNumber
}

function attemptOf(source: Source): Attempt {
  return { ...source, again: `mfa-login device enroll --profile ${source.profile}` }
}

/** Asked for `work-mfa`, what a login left behind, the device is that of `work`. */
function homeOf({ profile, keysProfile }: Source): string {
  return keysProfile !== undefined && profile === `${keysProfile}-mfa` ? keysProfile : profile
}

type Device = NewDevice & { readonly userName: string; readonly account: string }

/** Shows the seed and enables the device. Returns the code that was spent last. */
async function bringIntoUse(
  aws: Aws,
  context: Context,
  enrolment: Enrolment,
  device: Device,
): Promise<string> {
  const { seed, userName, account, serialNumber } = device
  try {
    if (seed !== undefined) {
      const uri = otpauthUri(userName, account, seed)
      await showSeed(context, enrolment.terminal, { uri, seed }, enrolment.showing)
    }
    return await enable(aws, context, enrolment, { userName, serialNumber, seed })
  } catch (error) {
    throw await withoutLeftover(aws, context, error, enrolment, serialNumber)
  }
}

/** Spent by enabling: the first login must wait for another one. */
async function noteSpent(
  context: Context,
  { paths, source, terminal }: Enrolment,
  serialNumber: string,
  code: string,
): Promise<void> {
  try {
    await noteSent(context, paths, { ...source, serialNumber }, code)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    terminal.write(`The device is enrolled, but a note in the cache failed: ${error.message}\n`)
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
    attempt: attemptOf(source),
    seed,
    send: async (codes) => aws.enableDevice({ userName, serialNumber, codes }),
    isDone: async () => (await aws.listMfaDevices(userName)).includes(serialNumber),
  })
}

/** Deletes the device that did not come into use; where that is refused, says that it stays. */
async function withoutLeftover(
  aws: Aws,
  context: Context,
  error: unknown,
  { source, showing: { png } }: Enrolment,
  serialNumber: string,
): Promise<unknown> {
  const failure = error instanceof AwsError ? explain(error, attemptOf(source)) : error
  if (!(failure instanceof Failure)) return failure
  const isGone = await isDeleted(aws, serialNumber)
  // Ours, as no file was there before; its secret is of no device any more.
  if (isGone && png !== undefined) await context.files.remove(png)
  const reason = failure.exit === 'cancelled' ? 'Cancelled.' : failure.message
  if (isGone)
    return new Failure(failure.exit, `${reason} The new device was deleted again.`, failure.hint)
  return new Failure(
    failure.exit,
    `${reason} The device ${deviceName(serialNumber)} stays behind, unused.`,
    `mfa-login device enroll --profile ${source.profile} goes on with it`,
  )
}

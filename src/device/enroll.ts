import { AwsError, type Aws } from '../aws/api.ts'
import type { Context, Terminal } from '../context.ts'
import { Failure } from '../failure.ts'
import { onlySecurityKeys } from '../mfa/serial.ts'
import type { Paths } from '../profile/paths.ts'
import type { CredentialSource } from '../profile/resolve.ts'
import { noteSentCode } from '../session/cache/store.ts'
import { connectWithMfaIfPossible } from '../session/acquire/mfa-client.ts'
import { explain, type ErrorContext } from '../aws/errors/explain.ts'
import { saveSerialNumber } from '../session/acquire/serial-number.ts'
import { exchangeCodes, tooManyDevices } from './exchange.ts'
import { tryDelete, makeDevice, type NewDevice } from './make.ts'
import { deviceName, otpauthUri } from './naming.ts'
import { userNameOf } from './person.ts'
import { showSeed, type SeedDisplayOptions } from './show-seed.ts'

/** IAM quota "MFA devices per user". */
const MOST_DEVICES = 8

export interface EnrollOptions {
  readonly paths: Paths
  readonly source: CredentialSource
  readonly terminal: Terminal
  readonly name: string | undefined
  readonly showing: SeedDisplayOptions
}

/** Makes and enables a device, and remembers its serial number, which it returns. */
export async function enroll(context: Context, enrolment: EnrollOptions): Promise<string> {
  const { paths, source, terminal } = enrolment
  // A bare key enrols the first device only; a further one takes an MFA session (AWS-2023-001).
  const {
    aws: bestAws,
    bare,
    hasMfa,
    devices,
  } = await connectWithMfaIfPossible(context, paths, source)
  if (devices.length >= MOST_DEVICES) throw tooManyDevices(source.profile)
  if (devices.length > 0 && !hasMfa) throw onlySecurityKeys()
  const errorContext = errorContextOf(source)
  const { userName, account } = await userNameOf(bare, errorContext)
  const device = await makeDevice(bestAws, terminal, errorContext, enrolment.name ?? userName)
  const { serialNumber } = device
  const code = await activateDevice(bestAws, context, enrolment, { ...device, userName, account })
  await saveSerialNumber(context, paths, homeOf(source), serialNumber)
  await noteSpentCode(context, enrolment, serialNumber, code)
  return serialNumber
}

function errorContextOf(source: CredentialSource): ErrorContext {
  return { ...source, retryCommand: `mfa-login device enroll --profile ${source.profile}` }
}

/** Asked for `work-mfa`, what a login left behind, the device is that of `work`. */
function homeOf({ profile, keysProfile }: CredentialSource): string {
  return keysProfile !== undefined && profile === `${keysProfile}-mfa` ? keysProfile : profile
}

type Device = NewDevice & { readonly userName: string; readonly account: string }

/** Shows the seed and enables the device. Returns the code that was spent last. */
async function activateDevice(
  aws: Aws,
  context: Context,
  enrolment: EnrollOptions,
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
    throw await cleanUpAfterFailure(aws, context, error, enrolment, serialNumber)
  }
}

/** Spent by enabling: the first login must wait for another one. */
async function noteSpentCode(
  context: Context,
  { paths, source, terminal }: EnrollOptions,
  serialNumber: string,
  code: string,
): Promise<void> {
  try {
    await noteSentCode(context, paths, { ...source, serialNumber }, code)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    terminal.write(`The device is enrolled, but a note in the cache failed: ${error.message}\n`)
  }
}

async function enable(
  aws: Aws,
  context: Context,
  { source, terminal }: EnrollOptions,
  device: { userName: string; serialNumber: string; seed: string | undefined },
): Promise<string> {
  const { userName, serialNumber, seed } = device
  return exchangeCodes(context, terminal, {
    errorContext: errorContextOf(source),
    seed,
    send: async (codes) => aws.enableDevice({ userName, serialNumber, codes }),
    isDone: async () => (await aws.listMfaDevices(userName)).includes(serialNumber),
  })
}

/** Deletes the device that did not come into use; where that is refused, says that it stays. */
async function cleanUpAfterFailure(
  aws: Aws,
  context: Context,
  error: unknown,
  { source, showing: { png } }: EnrollOptions,
  serialNumber: string,
): Promise<unknown> {
  const failure = error instanceof AwsError ? explain(error, errorContextOf(source)) : error
  if (!(failure instanceof Failure)) return failure
  const isGone = await tryDelete(aws, serialNumber)
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

import { AwsError, type Aws } from '../aws/api.ts'
import type { Context, Terminal } from '../context.ts'
import { Failure } from '../failure.ts'
import { isSecurityKey, onlySecurityKeys } from '../mfa/serial.ts'
import type { Paths } from '../profile/paths.ts'
import { refreshSource } from '../profile/read-source.ts'
import type { CredentialSource } from '../profile/resolve.ts'
import { noteSentCode } from '../session/cache/store.ts'
import { connectWithMfaIfPossible } from '../session/acquire/mfa-client.ts'
import { explain, type ErrorContext } from '../aws/errors/explain.ts'
import { saveSerialNumber } from '../session/acquire/serial-number.ts'
import { createDevice, type NewDevice } from './create-device.ts'
import { exchangeCodes, tooManyDevices } from './exchange.ts'
import { deviceName, otpauthUri } from './naming.ts'
import { showSeed, type SeedDisplayOptions } from './qr.ts'
import { confirmAfterwards, getUser, tryDelete, type User } from './user.ts'

/** IAM quota "MFA devices per user". */
const MAX_DEVICES = 8

interface EnrollOptions {
  readonly paths: Paths
  readonly source: CredentialSource
  readonly terminal: Terminal
  /** Of the device; without this the user's name. */
  readonly name: string | undefined
  readonly showing: SeedDisplayOptions
}

interface Enrollment extends EnrollOptions, User {
  /** With an MFA session if the user has a device already. */
  readonly aws: Aws
  readonly errorContext: ErrorContext
  /** The serial numbers of those that the user has already. */
  readonly devices: readonly string[]
}

interface EnrolledDevice {
  readonly serialNumber: string
  /** Whether the person pressed Ctrl-C afterwards, and wants no more questions. */
  readonly isCanceled: boolean
}

/**
 * Creates a device and enables it. Saves its serial number in the config, unless the user has other devices and the
 * person does not want that. Throws a Failure.
 */
export async function enroll(context: Context, options: EnrollOptions): Promise<EnrolledDevice> {
  const enrollment = await startEnrollment(context, options)
  const { aws, terminal, errorContext, userName, name = userName, source, paths } = enrollment
  const device = await createDevice(aws, terminal, errorContext, name)
  const { serialNumber } = device
  const created = deviceName(serialNumber)
  const retryCommand = enrollCommand(source, created === userName ? undefined : created)
  const enabling = { ...enrollment, errorContext: { ...errorContext, retryCommand } }
  const lastCode = await enableOrDelete(context, enabling, device)
  const isWanted = await isForProfile(context, enrollment, serialNumber)
  if (isWanted === true) {
    await saveSerialNumber(context, paths, profileToConfigure(source), serialNumber)
  }
  try {
    // AWS no longer accepts the code: the first login has to wait for the next one.
    await noteSentCode(context, paths, { ...source, serialNumber }, lastCode)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    terminal.write(
      `The device is enrolled, but the note in the cache could not be written: ${error.message}\n`,
    )
  }
  return { serialNumber, isCanceled: isWanted === undefined }
}

async function startEnrollment(context: Context, options: EnrollOptions): Promise<Enrollment> {
  const { paths, source } = options
  // A bare key may enable the first device only; for another one AWS requires MFA (AWS-2023-001).
  const { aws, bare, hasMfa, devices } = await connectWithMfaIfPossible(context, paths, source, {
    onDevices: (present) => {
      if (present.length >= MAX_DEVICES) throw tooManyDevices(source.profile)
      const usable = present.filter((each) => !isSecurityKey(each))
      if (usable.length > 0) options.terminal.write(`${describePresent(usable)}\n`)
    },
  })
  if (devices.length > 0 && !hasMfa) throw onlySecurityKeys()
  const errorContext = { ...source, retryCommand: enrollCommand(source, options.name) }
  return { ...options, ...(await getUser(bare, errorContext)), aws, errorContext, devices }
}

/** Why a code of another device may be asked for first. */
function describePresent(serialNumbers: readonly string[]): string {
  const names = serialNumbers.map(deviceName).join(', ')
  const one = serialNumbers.length === 1
  return `Your user already has the MFA device${one ? '' : 's'} ${names}. Another device needs a session with a code of ${one ? 'it' : 'one of them'}.`
}

function enrollCommand({ profile }: CredentialSource, name: string | undefined): string {
  return `mfa-login device enroll --profile ${profile}${name === undefined ? '' : ` --name ${name}`}`
}

/** Whether the profile is to ask for codes of the new device; beside other devices, the person decides; undefined after Ctrl-C. */
async function isForProfile(
  context: Context,
  { paths, source, terminal, devices }: Enrollment,
  serialNumber: string,
): Promise<boolean | undefined> {
  if (devices.length === 0) return true
  // The session may have saved the device meanwhile.
  const { profile, serialNumber: current } = await refreshSource(context, paths, source)
  const name = deviceName(serialNumber)
  const instead = current === undefined ? '' : `, instead of ${deviceName(current)}`
  const question = `Ask for codes of ${name} for the profile ${profile} from now on${instead}?`
  const isWanted = await confirmAfterwards(terminal, question, false)
  terminal.write(
    isWanted === true
      ? `The profile ${profile} asks for codes of ${name} now.\n`
      : `The profile ${profile} stays as it is. With the new device: mfa-login --profile ${profile} --serial ${serialNumber}\n`,
  )
  return isWanted
}

/** For `work-mfa`, which a login writes, the device belongs to `work`. */
function profileToConfigure({ profile, keysProfile }: CredentialSource): string {
  return keysProfile !== undefined && profile === `${keysProfile}-mfa` ? keysProfile : profile
}

/** Enables the device and returns the later of the two codes; if that fails, deletes it again. */
async function enableOrDelete(
  context: Context,
  enrollment: Enrollment,
  device: NewDevice,
): Promise<string> {
  const { aws, terminal, userName, account, errorContext, showing } = enrollment
  const { serialNumber, seed } = device
  try {
    if (seed !== undefined) {
      const uri = otpauthUri(deviceName(serialNumber), account, seed)
      await showSeed(context, terminal, { uri, seed }, showing)
    }
    return await exchangeCodes(context, terminal, {
      errorContext,
      seed,
      send: async (codes) => aws.enableDevice({ userName, serialNumber, codes }),
      isDone: async () => (await aws.listMfaDevices(userName)).includes(serialNumber),
    })
  } catch (error) {
    throw await cleanUpAfterFailure(context, enrollment, device, error)
  }
}

/** Deletes a device that was not enabled; the returned error says whether that worked. */
async function cleanUpAfterFailure(
  context: Context,
  { aws, errorContext, showing: { png } }: Enrollment,
  { serialNumber }: NewDevice,
  error: unknown,
): Promise<unknown> {
  const failure = error instanceof AwsError ? explain(error, errorContext) : error
  if (!(failure instanceof Failure)) return failure
  const isDeleted = await tryDelete(aws, serialNumber)
  // This enrollment created the file, and nobody needs its seed any more: a device that stays is enrolled by its codes.
  if (png !== undefined) await context.files.remove(png)
  const reason = failure.exit === 'cancelled' ? 'Canceled.' : failure.message
  const [outcome, hint] = isDeleted
    ? ['The new device was deleted again.', failure.hint]
    : [
        `The device ${deviceName(serialNumber)} stays in the account, unused.`,
        errorContext.retryCommand,
      ]
  return new Failure(failure.exit, `${reason} ${outcome}`, hint, { cause: failure })
}

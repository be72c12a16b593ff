import { withExplanation } from '../../aws/errors/explain.ts'
import type { Context } from '../../context.ts'
import { Failure } from '../../failure.ts'
import { chooseDeviceToAsk, findDevice, reportKnownDevice } from '../../mfa/find-device.ts'
import { checkSerialNumber } from '../../mfa/serial.ts'
import { changeFiles } from '../../profile/files/change-files.ts'
import type { Paths } from '../../profile/paths.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import { connect } from './connect.ts'
import type { GetSessionOptions } from '../cache/look-up.ts'

/** The serial number of `--serial` or the settings, else found at IAM and saved. Throws a Failure. */
export async function resolveSerialNumber(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  { serial, devices }: GetSessionOptions,
): Promise<string> {
  const { profile, user } = source
  const known = serial ?? source.serialNumber
  if (known !== undefined) {
    reportKnownDevice(context, known, serial === undefined ? source : undefined)
    return checkSerialNumber(known)
  }
  const device =
    devices === undefined
      ? await withExplanation(source, async () =>
          findDevice(context, await connect(context, source, undefined), profile),
        )
      : await chooseDeviceToAsk(context, devices, profile)
  const found = checkSerialNumber(device)
  context.debug.log(`MFA device ${found}, found at IAM`)
  await saveSerialNumber(context, paths, user.profile, found)
  return found
}

/** Saves the serial number as `mfa_serial` of a profile, for the next login. */
export async function saveSerialNumber(
  context: Context,
  paths: Paths,
  profile: string,
  serialNumber: string,
): Promise<void> {
  try {
    const change = { mfa_serial: serialNumber }
    await changeFiles(context, paths, { plan: () => ({ config: [{ profile, change }] }) })
  } catch (error) {
    // The session is worth more than this convenience.
    if (!(error instanceof Failure)) throw error
    context.info(`The serial number could not be saved: ${error.message}`)
  }
}

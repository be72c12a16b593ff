import { AwsError, type Aws } from '../aws/api.ts'
import { classifyError } from '../aws/errors/classify.ts'
import { withExplanation, type ErrorContext } from '../aws/errors/explain.ts'
import type { Context } from '../context.ts'
import { noSuchDevice } from '../mfa/find-device.ts'
import { isSecurityKey } from '../mfa/serial.ts'
import { editFile } from '../profile/files/edit-file.ts'
import { profileKeys } from '../profile/ini/ini-file.ts'
import type { Paths } from '../profile/paths.ts'
import type { CredentialSource } from '../profile/resolve.ts'
import type { ProfileFiles } from '../profile/values.ts'
import { connect } from '../session/acquire/connect.ts'
import { connectWithMfa } from '../session/acquire/mfa-client.ts'
import { getUser } from './user.ts'
import { listVirtualDevices, tryDelete } from './virtual-devices.ts'

/** A device that can be removed. */
export interface RemovableDevice {
  readonly source: CredentialSource
  readonly serialNumber: string
  /** Calls with the long-term keys alone. */
  readonly bare: Aws
  readonly errorContext: ErrorContext
  /** False for a virtual device that an interrupted removal deactivated but did not delete. */
  readonly isAssigned: boolean
  /** Whether the user has another device that STS accepts. */
  readonly isOnlyDevice: boolean
  readonly needsMfa: boolean
}

/** Finds a device of the user, or an unassigned one. Throws a Failure for any other. */
export async function findRemovableDevice(
  context: Context,
  source: CredentialSource,
  serialNumber: string,
): Promise<RemovableDevice> {
  const retryCommand = `mfa-login device remove --serial ${serialNumber}`
  const errorContext = { ...source, retryCommand }
  const bare = await connect(context, source, serialNumber)
  const serials = await withExplanation(errorContext, async () => bare.listMfaDevices())
  const isAssigned = serials.includes(serialNumber)
  if (!isAssigned && !(await isUnassigned(bare, serialNumber))) {
    throw noSuchDevice(serialNumber, source.profile)
  }
  return {
    source,
    serialNumber,
    bare,
    errorContext,
    isAssigned,
    isOnlyDevice: isAssigned && serials.length === 1,
    // Without a device there is no MFA session, and none is needed to delete an unassigned device.
    needsMfa: isAssigned || !serials.every(isSecurityKey),
  }
}

async function isUnassigned(aws: Aws, serial: string): Promise<boolean> {
  const devices = await listVirtualDevices(aws)
  return devices.some(
    ({ serialNumber, userName }) => serialNumber === serial && userName === undefined,
  )
}

/**
 * Deactivates a device, removes its serial number from the profile's files and deletes it if it is virtual.
 * Returns `refused` if the policy does not allow deleting it. Throws a Failure.
 */
export async function removeDevice(
  context: Context,
  paths: Paths,
  files: ProfileFiles,
  device: RemovableDevice,
): Promise<'deleted' | 'refused'> {
  const { source, serialNumber, bare, errorContext, isAssigned, needsMfa } = device
  const aws = needsMfa ? await connectWithMfa(context, paths, source) : bare
  const { userName } = await getUser(bare, errorContext)
  if (isAssigned) {
    await withExplanation(errorContext, async () =>
      deactivate(aws, bare, { userName, serialNumber }),
    )
  }
  await removeSerialNumber(context, paths, files, device)
  // A hardware token is no object of IAM that could be deleted; its serial number is no ARN.
  return serialNumber.startsWith('arn:') ? tryDelete(aws, serialNumber) : 'deleted'
}

/** Succeeds too if AWS's answer is lost but the device is no longer listed. */
async function deactivate(
  aws: Aws,
  bare: Aws,
  device: { userName: string; serialNumber: string },
): Promise<void> {
  try {
    await aws.deactivateDevice(device)
  } catch (error) {
    if (!(error instanceof AwsError) || classifyError(error) !== 'unknown') throw error
    if ((await bare.listMfaDevices()).includes(device.serialNumber)) throw error
  }
}

async function removeSerialNumber(
  context: Context,
  paths: Paths,
  files: ProfileFiles,
  { source, serialNumber }: RemovableDevice,
): Promise<void> {
  const { profile, keysProfile = profile, target } = source
  const names = [...new Set([profile, keysProfile, target])]
  for (const kind of ['config', 'credentials'] as const) {
    const edits = names
      .filter((name) => profileKeys(files[kind], kind, name).get('mfa_serial') === serialNumber)
      .map((name) => ({ profile: name, change: { mfa_serial: undefined } }))
    await editFile(context, paths[kind], kind, edits)
  }
}

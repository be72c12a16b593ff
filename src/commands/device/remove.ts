import { AwsError, type Aws } from '../../aws/api.ts'
import { classifyError } from '../../aws/errors/classify.ts'
import { withExplanation } from '../../aws/errors/explain.ts'
import { command } from '../../command.ts'
import { requireConsent } from '../../consent.ts'
import { deviceToRemove } from '../../device/device-to-remove.ts'
import { isDeviceName } from '../../device/naming.ts'
import { getUser, tryDelete } from '../../device/user.ts'
import { usageFailure } from '../../failure.ts'
import { isSecurityKey, isSerialNumber } from '../../mfa/serial.ts'
import { JSON_OUTPUT, PROFILE, YES } from '../../options.ts'
import { printJson } from '../../print-json.ts'
import { changeFiles, editedTexts } from '../../profile/files/change-files.ts'
import type { Edit, FileEdits } from '../../profile/ini/edit.ts'
import { profileKeys, type FileKind } from '../../profile/ini/ini-file.ts'
import { pathsOf } from '../../profile/paths.ts'
import { readSource } from '../../profile/read-source.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import type { ProfileFiles } from '../../profile/values.ts'
import { connect } from '../../session/acquire/connect.ts'
import { connectWithMfa } from '../../session/acquire/mfa-client.ts'

export default command({
  about:
    'Removes an MFA device of your user, with an MFA session, and deletes it if it is a virtual one.',
  options: {
    profile: PROFILE,
    serial: {
      value: 'DEVICE',
      about:
        'the device: its serial number or name, as "mfa-login device list" shows it, also of a security key',
      defaultText: 'you choose from the list',
      parse: checkDevice,
    },
    yes: { ...YES, about: 'do not ask; needs --serial' },
    json: JSON_OUTPUT,
  },
  examples: [
    ['mfa-login device remove --profile work', 'choose from the list'],
    ['mfa-login device remove -p work --serial old-phone', 'the device of an old phone'],
  ],
  run: async ({ profile, serial: given, yes, json }, context) => {
    const paths = pathsOf(context)
    const source = await readSource(context, paths, { profile })
    const command = `mfa-login device remove --profile ${source.profile}`
    const bare = await connect(context, source, source.serialNumber)
    const serials = await withExplanation({ ...source, retryCommand: command }, async () =>
      bare.listMfaDevices(),
    )
    const known = { bare, profile: source.profile, serials }
    const serial = await deviceToRemove(context, known, given, yes)
    const retryCommand = `${command} --serial ${serial}`
    const errorContext = { ...source, retryCommand }
    const isAssigned = serials.includes(serial)
    // What the files do not let go is said before AWS loses the device.
    await editedTexts(paths, source.files, planRemoval(source.files, source, serial))
    if (!yes) {
      const isOnlyDevice = isAssigned && serials.length === 1
      const warning = isOnlyDevice ? ' It is the only one; without it you must enroll again.' : ''
      await requireConsent(context, `Remove ${serial}?${warning}`, `${retryCommand} --yes`)
    }
    // Without a device there is no MFA session, and none is needed to delete an unassigned device.
    const needsMfa = isAssigned || !serials.every(isSecurityKey)
    const aws = needsMfa ? await connectWithMfa(context, paths, source) : bare
    const { userName } = await getUser(bare, errorContext)
    if (isAssigned) {
      const device = { userName, serialNumber: serial }
      await withExplanation(errorContext, async () => deactivate(aws, bare, device))
    }
    await changeFiles(context, paths, { plan: (files) => planRemoval(files, source, serial) })
    // A hardware token is no object of IAM that could be deleted; its serial number is no ARN.
    const isDeleted = !serial.startsWith('arn:') || (await tryDelete(aws, serial))
    context.info(`Removed: ${serial}`)
    if (!isDeleted) {
      context.info('The policy does not let you delete it; it stays in the account, unused.')
    }
    if (json) printJson(context, { profile: source.profile, serialNumber: serial, isDeleted })
    return 'ok'
  },
})

/** Unlike for a login, security keys will do. */
function checkDevice(device: string): string {
  if (isSerialNumber(device) || isDeviceName(device)) return device
  throw usageFailure(
    `${JSON.stringify(device)} is not a serial number or name of an MFA device.`,
    'mfa-login device list',
  )
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

function planRemoval(
  files: ProfileFiles,
  { profile, keysProfile = profile, target }: CredentialSource,
  serialNumber: string,
): FileEdits {
  const names = [...new Set([profile, keysProfile, target])]
  const editsOf = (kind: FileKind): Edit[] =>
    names
      .filter((name) => profileKeys(files[kind], kind, name).get('mfa_serial') === serialNumber)
      .map((name) => ({ profile: name, change: { mfa_serial: undefined } }))
  return { config: editsOf('config'), credentials: editsOf('credentials') }
}

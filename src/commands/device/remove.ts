import { command, PROFILE } from '../../command.ts'
import { requireConsent } from '../../consent.ts'
import { AwsError, type Aws } from '../../aws/api.ts'
import type { Context } from '../../context.ts'
import { tryDelete, virtualDevices } from '../../device/make.ts'
import { userNameOf } from '../../device/person.ts'
import { usageFailure } from '../../failure.ts'
import { noSuchDevice } from '../../mfa/find-device.ts'
import { isSecurityKey, isSerialNumber } from '../../mfa/serial.ts'
import { profileKeys } from '../../profile/ini/ini-file.ts'
import { pathsOf, type Paths } from '../../profile/paths.ts'
import { resolveSource, type CredentialSource } from '../../profile/resolve.ts'
import type { ProfileFiles } from '../../profile/values.ts'
import { editFile } from '../../profile/files/edit-file.ts'
import { readProfileFiles } from '../../profile/files/snapshot.ts'
import { connectWithMfa } from '../../session/acquire/mfa-client.ts'
import { withExplanation } from '../../aws/errors/explain.ts'
import { classifyError } from '../../aws/errors/classify.ts'
import { connect } from '../../session/acquire/connect.ts'

export default command({
  about: 'Takes an MFA device of your user away, with an MFA session, and deletes a virtual one.',
  options: {
    profile: PROFILE,
    serial: { value: 'ARN', about: 'the device; "mfa-login device list" shows them' },
    yes: { short: 'y', about: 'do not ask' },
  },
  examples: [
    [
      'mfa-login device remove -p work --serial arn:aws:iam::123456789012:mfa/old',
      'an old phone’s',
    ],
  ],
  parse: ({ profile, serial, yes = false }) => {
    if (serial === undefined) {
      throw usageFailure('Which device?', 'mfa-login device remove --serial ARN')
    }
    if (!isSerialNumber(serial)) {
      const hint = 'mfa-login device list'
      throw usageFailure(`${JSON.stringify(serial)} is not a serial number of an MFA device.`, hint)
    }
    return { profile, serial, yes }
  },
  run: async ({ profile, serial, yes }, context) => {
    const paths = pathsOf(context)
    const files = await readProfileFiles(context, paths)
    const source = resolveSource(files, context.env, { profile })
    const errorContext = { ...source, retryCommand: `mfa-login device remove --serial ${serial}` }
    const bare = await connect(context, source, serial)
    const serials = await withExplanation(errorContext, async () => bare.listMfaDevices())
    const isUsed = serials.includes(serial)
    if (!isUsed && !(await isLeftBehind(bare, serial))) {
      throw noSuchDevice(serial, source.profile)
    }
    if (!yes) {
      const only = ' It is the only one; without it you must enrol again.'
      const question = `Remove ${serial}?${isUsed && serials.length === 1 ? only : ''}`
      await requireConsent(context, question, `mfa-login device remove --yes --serial ${serial}`)
    }
    const isOnlyLeft = !isUsed && serials.every(isSecurityKey)
    const aws = isOnlyLeft ? bare : await connectWithMfa(context, paths, source)
    const { userName } = await userNameOf(bare, errorContext)
    if (isUsed) {
      await withExplanation(errorContext, async () =>
        deactivate(aws, bare, { userName, serialNumber: serial }),
      )
    }
    await forgetSerial(context, { paths, files, source, serial })
    // A hardware token has a serial number of its own and is nothing IAM could delete.
    const isGone = !serial.startsWith('arn:') || (await tryDelete(aws, serial))
    context.info(`Removed: ${serial}`)
    if (!isGone) context.info('The policy does not let you delete it; it stays behind, unused.')
    return 'ok'
  },
})

/** What a removal that was broken off leaves: a device of nobody. */
async function isLeftBehind(aws: Aws, serial: string): Promise<boolean> {
  const devices = await virtualDevices(aws)
  return devices.some(
    ({ serialNumber, userName }) => serialNumber === serial && userName === undefined,
  )
}

/** Done also where AWS's answer is lost but the device is gone from the list. */
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

interface Forgotten {
  readonly paths: Paths
  readonly files: ProfileFiles
  readonly source: CredentialSource
  readonly serial: string
}

/** Wherever the profile's settings come from. */
async function forgetSerial(
  context: Context,
  { paths, files, source, serial }: Forgotten,
): Promise<void> {
  const names = new Set([source.profile, source.keysProfile ?? source.profile, source.target])
  for (const kind of ['config', 'credentials'] as const) {
    const edits = [...names]
      .filter((name) => profileKeys(files[kind], kind, name).get('mfa_serial') === serial)
      .map((profile) => ({ profile, change: { mfa_serial: undefined } }))
    await editFile(context, paths[kind], kind, edits)
  }
}

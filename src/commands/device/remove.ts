import { command } from '../../command.ts'
import { requireConsent } from '../../consent.ts'
import { findRemovableDevice, removeDevice } from '../../device/remove.ts'
import { usageFailure } from '../../failure.ts'
import { isSerialNumber } from '../../mfa/serial.ts'
import { readProfileFiles } from '../../profile/files/snapshot.ts'
import { pathsOf } from '../../profile/paths.ts'
import { resolveSource } from '../../profile/resolve.ts'
import { PROFILE, YES } from '../../options.ts'

export default command({
  about:
    'Removes an MFA device of your user, with an MFA session, and deletes it if it is a virtual one.',
  options: {
    profile: PROFILE,
    serial: {
      value: 'ARN',
      about: 'serial number of the device; "mfa-login device list" shows it',
      required: { question: 'Which device?', hint: 'mfa-login device remove --serial ARN' },
      parse: checkSerial,
    },
    yes: YES,
  },
  examples: [
    [
      'mfa-login device remove -p work --serial arn:aws:iam::123456789012:mfa/old',
      'the device of an old phone',
    ],
  ],
  run: async ({ profile, serial, yes }, context) => {
    const paths = pathsOf(context)
    const files = await readProfileFiles(context, paths)
    const source = resolveSource(files, context.env, { profile })
    const device = await findRemovableDevice(context, source, serial)
    if (!yes) {
      const warning = ' It is the only one; without it you must enroll again.'
      const question = `Remove ${serial}?${device.isOnlyDevice ? warning : ''}`
      await requireConsent(context, question, `mfa-login device remove --yes --serial ${serial}`)
    }
    const outcome = await removeDevice(context, paths, files, device)
    context.info(`Removed: ${serial}`)
    if (outcome === 'refused') {
      context.info('The policy does not let you delete it; it stays behind, unused.')
    }
    return 'ok'
  },
})

/** Unlike for a login, security keys will do. */
function checkSerial(serial: string): string {
  if (isSerialNumber(serial)) return serial
  throw usageFailure(
    `${JSON.stringify(serial)} is not a serial number of an MFA device.`,
    'mfa-login device list',
  )
}

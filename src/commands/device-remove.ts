import { command, PROFILE } from '../command.ts'
import { askConsent } from '../consent.ts'
import { Failure, usageFailure } from '../failure.ts'
import { isDeleted } from '../device/make.ts'
import { userNameOf } from '../device/person.ts'
import { pathsOf } from '../profile/paths.ts'
import { resolveSource } from '../profile/resolve.ts'
import { editFile, readProfileFiles } from '../profile/write.ts'
import { mfaClient } from '../session/client.ts'
import { explained } from '../session/explain.ts'
import { connect } from '../session/renew.ts'

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
    return { profile, serial, yes }
  },
  run: async ({ profile, serial, yes }, context) => {
    const paths = pathsOf(context)
    const files = await readProfileFiles(context, paths)
    const source = resolveSource(files, context.env, { profile })
    const bare = await connect(context, source, serial)
    const serials = await explained(source, async () => bare.listMfaDevices())
    if (!serials.includes(serial)) {
      const hint = `mfa-login device list --profile ${source.profile}`
      throw new Failure('refused', `This user has no device ${serial}.`, hint)
    }
    if (!yes) {
      const only = ' It is the only one; without it you must enrol again.'
      const question = `Remove ${serial}?${serials.length === 1 ? only : ''}`
      await askConsent(context, question, 'mfa-login device remove --yes')
    }
    const aws = await mfaClient(context, paths, source)
    const { userName } = await userNameOf(bare, source)
    await explained(source, async () => aws.deactivateDevice({ userName, serialNumber: serial }))
    if (source.setting('mfa_serial') === serial) {
      const change = { mfa_serial: undefined }
      await editFile(context, paths.config, 'config', [{ profile: source.profile, change }])
    }
    // A hardware token has a serial number of its own and is nothing IAM could delete.
    const isGone = !serial.startsWith('arn:') || (await isDeleted(aws, serial))
    context.say(`Removed: ${serial}`)
    if (!isGone) context.say('The policy does not let you delete it; it stays behind, unused.')
    return 'ok'
  },
})

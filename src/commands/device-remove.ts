import { command, PROFILE } from '../command.ts'
import type { Context } from '../context.ts'
import { Failure, usageFailure } from '../failure.ts'
import { userNameIn } from '../mfa/enrolment.ts'
import { pathsOf } from '../profile/paths.ts'
import { resolveSource } from '../profile/resolve.ts'
import { editFile, readProfileFiles } from '../profile/write.ts'
import { explained } from '../session/explain.ts'
import { connect, renewSession } from '../session/renew.ts'

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
    if (!yes) await askConsent(context, serial, serials.length)
    const { session } = await renewSession(context, paths, source, {
      ask: { profile },
      serial: undefined,
      tokenCode: undefined,
      duration: undefined,
      force: false,
      minTtl: 60_000,
    })
    const aws = await connect(context, source, serial, session)
    await explained(source, async () => {
      const { arn } = await aws.getCallerIdentity()
      await aws.removeDevice({ userName: userNameIn(arn) ?? '', serialNumber: serial })
    })
    if (source.setting('mfa_serial') === serial) {
      const change = { mfa_serial: undefined }
      await editFile(context, paths.config, 'config', [{ profile: source.profile, change }])
    }
    context.say(`Removed: ${serial}`)
    return 'ok'
  },
})

async function askConsent(context: Context, serial: string, count: number): Promise<void> {
  const terminal = await context.openTerminal()
  if (terminal === undefined) {
    throw usageFailure(
      'There is no terminal to ask for consent on.',
      'mfa-login device remove --yes',
    )
  }
  const warning = count === 1 ? ' It is the only one; without it you must enrol again.' : ''
  try {
    if (await terminal.confirm(`Remove ${serial}?${warning}`)) return
  } finally {
    terminal.close()
  }
  throw new Failure('cancelled', 'Nothing was changed.')
}

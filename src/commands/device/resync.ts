import { command, PROFILE } from '../../command.ts'
import type { Aws } from '../../aws/api.ts'
import { exchangeCodes } from '../../device/exchange.ts'
import { requireTerminal, userNameOf } from '../../device/person.ts'
import { checkSerialNumber, findDevice, noSuchDevice } from '../../mfa/find-device.ts'
import { pathsOf } from '../../profile/paths.ts'
import { resolveSource } from '../../profile/resolve.ts'
import { readProfileFiles } from '../../profile/files/snapshot.ts'
import { noteSentCode } from '../../session/cache/store.ts'
import { withExplanation, type ErrorContext } from '../../aws/errors/explain.ts'
import { connect } from '../../session/acquire/connect.ts'

export default command({
  about:
    'Tells AWS how far the clock of an MFA device has drifted, by two codes in a row, so that its\n' +
    'codes are accepted again. Needs no MFA session.',
  options: {
    profile: PROFILE,
    serial: { value: 'ARN', about: 'the device; default mfa_serial, or found at IAM' },
  },
  examples: [
    ['mfa-login device resync --profile work', 'where right codes are refused again and again'],
  ],
  parse: ({ profile, serial }) => ({
    profile,
    serial: serial === undefined ? undefined : checkSerialNumber(serial),
  }),
  run: async ({ profile, serial }, context) => {
    const paths = pathsOf(context)
    const files = await readProfileFiles(context, paths)
    const source = resolveSource(files, context.env, { profile })
    const aws = await connect(context, source, serial ?? source.serialNumber)
    const errorContext = {
      ...source,
      retryCommand: `mfa-login device resync --profile ${source.profile}`,
    }
    const { userName } = await userNameOf(aws, errorContext)
    const known = serial ?? source.serialNumber
    const serialNumber =
      known ??
      (await withExplanation(errorContext, async () => findDevice(context, aws, source.profile)))
    if (known !== undefined) await refuseUnknown(aws, errorContext, known)
    const terminal = await requireTerminal(context, `mfa-login device resync -p ${source.profile}`)
    try {
      terminal.write(`Two codes in a row of ${serialNumber}, please.\n`)
      const code = await exchangeCodes(context, terminal, {
        errorContext: errorContext,
        seed: undefined,
        send: async (codes) => aws.resyncDevice({ userName, serialNumber, codes }),
        isDone: async () => Promise.resolve(false),
      })
      await noteSentCode(context, paths, { ...source, serialNumber }, code)
    } finally {
      terminal.close()
    }
    context.info(`In step again: ${serialNumber}`)
    return 'ok'
  },
})

/** Before two codes are asked for in vain. */
async function refuseUnknown(aws: Aws, errorContext: ErrorContext, serial: string): Promise<void> {
  const serials = await withExplanation(errorContext, async () => aws.listMfaDevices())
  if (!serials.includes(serial)) throw noSuchDevice(serial, errorContext.profile)
}

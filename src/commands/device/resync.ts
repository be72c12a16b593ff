import type { Aws } from '../../aws/api.ts'
import { withExplanation } from '../../aws/errors/explain.ts'
import { command } from '../../command.ts'
import type { Context } from '../../context.ts'
import { exchangeCodes } from '../../device/exchange.ts'
import { getUser, requireTerminal } from '../../device/user.ts'
import { findDevice, noSuchDevice, reportKnownDevice } from '../../mfa/find-device.ts'
import { JSON_OUTPUT, PROFILE, SERIAL } from '../../options.ts'
import { printJson } from '../../print-json.ts'
import { pathsOf } from '../../profile/paths.ts'
import { readSource } from '../../profile/read-source.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import { connect } from '../../session/acquire/connect.ts'
import { noteSentCode } from '../../session/cache/store.ts'

export default command({
  about:
    'Resynchronizes an MFA device whose clock has drifted: sends two codes in a row, after which AWS ' +
    'accepts its codes again. Needs no MFA session.',
  options: {
    profile: PROFILE,
    serial: SERIAL,
    json: JSON_OUTPUT,
  },
  examples: [['mfa-login device resync --profile work', 'if correct codes are refused repeatedly']],
  run: async ({ profile, serial, json }, context) => {
    const paths = pathsOf(context)
    const source = await readSource(context, paths, { profile })
    const aws = await connect(context, source, serial ?? source.serialNumber)
    const retryCommand = `mfa-login device resync --profile ${source.profile}`
    const errorContext = { ...source, retryCommand }
    const { userName } = await getUser(aws, errorContext)
    const serialNumber = await withExplanation(errorContext, async () =>
      resolveDevice(context, aws, source, serial),
    )
    const terminal = await requireTerminal(context, `mfa-login device resync -p ${source.profile}`)
    try {
      terminal.write(`Type two codes in a row from ${serialNumber}.\n`)
      const lastCode = await exchangeCodes(context, terminal, {
        errorContext,
        seed: undefined,
        send: async (codes) => aws.resyncDevice({ userName, serialNumber, codes }),
        isDone: async () => Promise.resolve(false),
      })
      await noteSentCode(context, paths, { ...source, serialNumber }, lastCode)
    } finally {
      terminal.close()
    }
    context.info(`Resynchronized: ${serialNumber}`)
    if (json) printJson(context, { profile: source.profile, serialNumber })
    return 'ok'
  },
})

/** The device to resync. Throws if the user does not have it, before anybody types codes in vain. */
async function resolveDevice(
  context: Context,
  aws: Aws,
  source: CredentialSource,
  given: string | undefined,
): Promise<string> {
  const known = given ?? source.serialNumber
  if (known === undefined) return findDevice(context, aws, source.profile)
  reportKnownDevice(context, known, given === undefined ? source : undefined)
  if ((await aws.listMfaDevices()).includes(known)) return known
  throw noSuchDevice(known, source.profile)
}

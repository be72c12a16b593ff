import { command, PROFILE } from '../command.ts'
import { exchangeCodes } from '../device/exchange.ts'
import { openTerminal, userNameOf } from '../device/person.ts'
import { checkedSerial, findDevice } from '../mfa/find-device.ts'
import { pathsOf } from '../profile/paths.ts'
import { resolveSource } from '../profile/resolve.ts'
import { readProfileFiles } from '../profile/write.ts'
import { noteSent } from '../session/cache.ts'
import { explained } from '../session/explain.ts'
import { connect } from '../session/renew.ts'

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
    serial: serial === undefined ? undefined : checkedSerial(serial),
  }),
  run: async ({ profile, serial }, context) => {
    const paths = pathsOf(context)
    const files = await readProfileFiles(context, paths)
    const source = resolveSource(files, context.env, { profile })
    const aws = await connect(context, source, serial ?? source.serialNumber)
    const { userName } = await userNameOf(aws, source)
    const serialNumber =
      serial ??
      source.serialNumber ??
      (await explained(source, async () => findDevice(context, aws, source.profile)))
    const terminal = await openTerminal(context, `mfa-login device resync -p ${source.profile}`)
    try {
      terminal.write(`Two codes in a row of ${serialNumber}, please.\n`)
      const code = await exchangeCodes(context, terminal, {
        attempt: source,
        seed: undefined,
        send: async (codes) => aws.resyncDevice({ userName, serialNumber, codes }),
        isDone: async () => Promise.resolve(false),
      })
      await noteSent(context, paths, { ...source, serialNumber }, code)
    } finally {
      terminal.close()
    }
    context.say(`In step again: ${serialNumber}`)
    return 'ok'
  },
})

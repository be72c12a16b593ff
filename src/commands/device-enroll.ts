import { command, PROFILE } from '../command.ts'
import type { Aws, Context, Terminal } from '../context.ts'
import { exchangeCodes, tooManyDevices } from '../device/exchange.ts'
import { isDeleted, makeDevice } from '../device/make.ts'
import { deviceName, isDeviceName, otpauthUri } from '../device/naming.ts'
import { openTerminal, userNameOf } from '../device/person.ts'
import { showSeed, type Showing } from '../device/show-seed.ts'
import { Failure, usageFailure } from '../failure.ts'
import { onlySecurityKeys } from '../mfa/serial.ts'
import { pathsOf, type Paths } from '../profile/paths.ts'
import { resolveSource, type Source } from '../profile/resolve.ts'
import { readProfileFiles } from '../profile/write.ts'
import { noteSent } from '../session/cache.ts'
import { bestClient } from '../session/client.ts'
import { rememberSerial } from '../session/renew.ts'

/** IAM quota "MFA devices per user". */
const MOST_DEVICES = 8

export default command({
  about:
    'Enrols an authenticator app as an MFA device of your user: makes the device, shows its QR code,\n' +
    'takes two codes in a row, and offers the first login. The seed is shown and kept nowhere.',
  options: {
    profile: PROFILE,
    name: { value: 'NAME', about: 'the device’s name; default the user’s' },
    invert: { about: 'draw the QR code for terminals with a light background' },
    png: { value: 'FILE', about: 'write the QR code to this file too; it holds the secret' },
  },
  examples: [
    ['mfa-login device enroll --profile work', 'the first device'],
    ['mfa-login device enroll -p work --name alice-phone', 'another one, with an MFA session'],
    ['mfa-login device enroll -p work --png qr.png', 'where the terminal cannot draw the code'],
  ],
  parse: ({ profile, name, invert = false, png }) => {
    if (name !== undefined && !isDeviceName(name)) {
      throw usageFailure(`A device cannot be called ${JSON.stringify(name)}.`, '--name alice-phone')
    }
    return { profile, name, showing: { invert, png } }
  },
  run: async ({ profile, name, showing }, context) => {
    const paths = pathsOf(context)
    const files = await readProfileFiles(context, paths)
    const source = resolveSource(files, context.env, { profile })
    await refuseExisting(context, showing.png)
    const again = `mfa-login device enroll --profile ${source.profile}`
    const terminal = await openTerminal(context, again)
    try {
      const serial = await enrol(context, { paths, source, terminal, name, showing })
      await rememberSerial(context, paths, source.profile, serial)
      terminal.write(`Enrolled: ${serial}\n`)
      if (!(await terminal.confirm('Log in now? (it takes the next code)'))) return 'ok'
    } finally {
      terminal.close()
    }
    const login = [...context.self, 'login', '--profile', source.profile]
    return (await context.run(login, { env: context.env })) === 0 ? 'ok' : 'refused'
  },
})

interface Enrolment {
  readonly paths: Paths
  readonly source: Source
  readonly terminal: Terminal
  readonly name: string | undefined
  readonly showing: Showing
}

async function enrol(context: Context, enrolment: Enrolment): Promise<string> {
  const { paths, source, terminal, showing } = enrolment
  // A bare key enrols the first device only; a further one takes an MFA session (AWS-2023-001).
  const { aws, hasMfa, devices } = await bestClient(context, paths, source)
  if (devices.length >= MOST_DEVICES) throw tooManyDevices(source.profile)
  if (devices.length > 0 && !hasMfa) throw onlySecurityKeys()
  const { userName, account } = await userNameOf(aws, source)
  const device = await makeDevice(aws, terminal, source, enrolment.name ?? userName)
  const { seed, serialNumber } = device
  try {
    if (seed !== undefined) {
      const uri = otpauthUri(userName, account, seed)
      await showSeed(context, terminal, { uri, seed }, showing)
    }
    const code = await enable(aws, context, enrolment, { userName, serialNumber, seed })
    // Spent by enabling: the first login must wait for another one.
    await noteSent(context, paths, { ...source, serialNumber }, code)
    return serialNumber
  } catch (error) {
    throw await withoutLeftover(aws, error, enrolment, serialNumber)
  }
}

async function enable(
  aws: Aws,
  context: Context,
  { source, terminal }: Enrolment,
  device: { userName: string; serialNumber: string; seed: string | undefined },
): Promise<string> {
  const { userName, serialNumber, seed } = device
  return exchangeCodes(context, terminal, {
    attempt: source,
    seed,
    send: async (codes) => aws.enableDevice({ userName, serialNumber, codes }),
    isDone: async () => (await aws.listMfaDevices(userName)).includes(serialNumber),
  })
}

/** Deletes the device that did not come into use; where that is refused, says that it stays. */
async function withoutLeftover(
  aws: Aws,
  error: unknown,
  { source }: Enrolment,
  serialNumber: string,
): Promise<unknown> {
  if (!(error instanceof Failure)) return error
  const isGone = await isDeleted(aws, serialNumber)
  const reason = error.exit === 'cancelled' ? 'Cancelled.' : error.message
  if (isGone)
    return new Failure(error.exit, `${reason} The new device was deleted again.`, error.hint)
  return new Failure(
    error.exit,
    `${reason} The device ${deviceName(serialNumber)} stays behind, unused.`,
    `mfa-login device enroll --profile ${source.profile} goes on with it`,
  )
}

/** Before a device is made whose QR code would then have no place. */
async function refuseExisting(context: Context, png: string | undefined): Promise<void> {
  if (png === undefined) return
  const folder = /^(.*)[/\\][^/\\]*$/.exec(png)?.[1] ?? '.'
  const names = await context.files.list(folder === '' ? '/' : folder)
  if (!names.includes(png.slice(png.search(/[^/\\]*$/)))) return
  throw usageFailure(`${png} is there already.`, '--png with the name of a new file')
}

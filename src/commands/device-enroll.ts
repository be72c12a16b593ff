import { command, PROFILE } from '../command.ts'
import { AwsError, type Aws, type Context, type Terminal } from '../context.ts'
import { Failure, usageFailure } from '../failure.ts'
import {
  inGroups,
  isDeviceName,
  otpauthUri,
  secondCodeProblem,
  userNameIn,
} from '../mfa/enrolment.ts'
import { isSecurityKey } from '../mfa/serial.ts'
import { isTokenCode, normaliseCode, untilNextCode } from '../mfa/token-code.ts'
import { pathsOf, type Paths } from '../profile/paths.ts'
import { resolveSource, type Source } from '../profile/resolve.ts'
import { readProfileFiles } from '../profile/write.ts'
import { explained } from '../session/explain.ts'
import { connect, rememberSerial, renewSession } from '../session/renew.ts'

const TRIES = 3

export default command({
  about:
    'Enrols an authenticator app as an MFA device of your user: makes the device, shows its QR code,\n' +
    'takes two codes in a row, and offers the first login. The seed is shown and kept nowhere.',
  options: {
    profile: PROFILE,
    name: { value: 'NAME', about: 'the device’s name; default the user’s' },
    invert: { about: 'draw the QR code for terminals with a light background' },
  },
  examples: [
    ['mfa-login device enroll --profile work', 'the first device'],
    ['mfa-login device enroll -p work --name alice-phone', 'another one, with an MFA session'],
  ],
  parse: ({ profile, name, invert = false }) => {
    if (name !== undefined && !isDeviceName(name)) {
      throw usageFailure(`A device cannot be called ${JSON.stringify(name)}.`, '--name alice-phone')
    }
    return { profile, name, invert }
  },
  run: async ({ profile, name, invert }, context) => {
    const paths = pathsOf(context)
    const files = await readProfileFiles(context, paths)
    const source = resolveSource(files, context.env, { profile })
    const terminal = await openTerminal(context, source)
    try {
      const serial = await enrol(context, { paths, source, terminal, name, invert })
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
  readonly invert: boolean
}

async function enrol(context: Context, enrolment: Enrolment): Promise<string> {
  const { source, terminal } = enrolment
  const aws = await clientThatMayEnrol(context, enrolment)
  const identity = await explained(source, async () => aws.getCallerIdentity())
  const userName = userNameIn(identity.arn)
  if (userName === undefined) {
    throw new Failure('refused', `${identity.arn} is no IAM user; only users have MFA devices.`)
  }
  const device = await createDevice(aws, enrolment, enrolment.name ?? userName)
  await showSeed(
    terminal,
    otpauthUri(userName, identity.account, device.seed),
    device.seed,
    enrolment.invert,
  )
  await enable(context, aws, enrolment, { userName, serialNumber: device.serialNumber })
  return device.serialNumber
}

/** A bare key enrols the first device only; a further one takes an MFA session (AWS-2023-001). */
async function clientThatMayEnrol(context: Context, { paths, source }: Enrolment): Promise<Aws> {
  const bare = await connect(context, source, source.serialNumber)
  const devices = await explained(source, async () => bare.listMfaDevices())
  if (!devices.some((serial) => !isSecurityKey(serial))) return bare
  const { session } = await renewSession(context, paths, source, {
    ask: { profile: source.profile },
    serial: undefined,
    tokenCode: undefined,
    duration: undefined,
    force: false,
    minTtl: 60_000,
  })
  return connect(context, source, session.serialNumber, session)
}

async function createDevice(aws: Aws, { source }: Enrolment, name: string) {
  return explained(source, async () => {
    try {
      return await aws.createVirtualDevice(name)
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'EntityAlreadyExists') throw error
      throw new Failure(
        'refused',
        `There is a device ${name} already, perhaps of an enrolment that was not finished.`,
        `mfa-login device enroll --profile ${source.profile} --name ${name}-2`,
      )
    }
  })
}

async function showSeed(
  terminal: Terminal,
  uri: string,
  seed: string,
  invert: boolean,
): Promise<void> {
  const { renderUnicodeCompact } = await import('uqr')
  terminal.write(`\n${renderUnicodeCompact(uri, { invert })}\n\n`)
  terminal.write(
    `Scan this with your authenticator app, or type the secret:\n${inGroups(seed)}\n\n`,
  )
}

/** Two codes in a row, again where AWS refuses them. */
async function enable(
  context: Context,
  aws: Aws,
  { source, terminal }: Enrolment,
  device: { userName: string; serialNumber: string },
): Promise<void> {
  for (let refusals = 0; ;) {
    const codes = await askCodes(context, terminal)
    try {
      await aws.enableDevice({ ...device, codes })
      return
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      refusals += 1
      const isWrong = error.code === 'InvalidAuthenticationCode'
      if (error.code === 'EntityTemporarilyUnmodifiable') await context.sleep(3000)
      else if (!isWrong || refusals >= TRIES) {
        await explained(source, () => Promise.reject(error))
      }
      terminal.write('AWS refused these codes: they must be right, in a row, and fresh.\n')
    }
  }
}

async function askCodes(context: Context, terminal: Terminal): Promise<[string, string]> {
  const check = (text: string): string | undefined =>
    isTokenCode(normaliseCode(text)) ? undefined : 'A code has six digits.'
  const first = normaliseCode(await terminal.ask('The code it shows', check))
  const seconds = Math.ceil(untilNextCode(context.now()) / 1000)
  const question = `The next code (about ${seconds} s from now)`
  const second = await terminal.ask(question, (text) => secondCodeProblem(first, text))
  return [first, normaliseCode(second)]
}

async function openTerminal(context: Context, { profile }: Source): Promise<Terminal> {
  const terminal = await context.openTerminal()
  if (terminal !== undefined) return terminal
  throw new Failure(
    'noCodeSource',
    'Enrolling a device needs a terminal.',
    `mfa-login device enroll --profile ${profile} in a terminal`,
  )
}

import { AwsError } from '../aws/api.ts'
import type { Context } from '../context.ts'
import { enroll } from '../device/enroll.ts'
import { Failure, type ExitName } from '../failure.ts'
import { codeAt, createVirtualDevice, demoAccount, type Device } from '../local-aws/index.ts'
import { STEP_MS, untilNextCode } from '../mfa/token-code.ts'
import { profileValues } from '../profile/values.ts'
import { resolveSource } from '../profile/resolve.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import { createAnsweringTerminal, listCodesAtQuestion } from './authenticator.ts'
import { createDemoEnvironment, type DemoEnvironment } from './environment.ts'

interface Demo extends DemoEnvironment {
  /** Has the seed of the device that alice enrolls. */
  readonly authenticator: Device
}

export async function runDemo(context: Context): Promise<ExitName> {
  // Ctrl-C, and the end of its terminal, end the process without running finally blocks.
  process.once('SIGINT', () => process.exit(130)).once('SIGHUP', () => process.exit(129))
  const authenticator = createVirtualDevice('alice')
  const account = { ...demoAccount(), seeds: [authenticator.seed] }
  const demo = await createDemoEnvironment(context, account)
  try {
    return await runSteps(context, { ...demo, authenticator })
  } finally {
    await demo.close()
    context.print('The local AWS and the temporary home are removed.\n')
  }
}

async function runSteps(context: Context, demo: Demo): Promise<ExitName> {
  context.print('1. A local AWS. The user alice of the group developers has only an access key:\n')
  if (!(await isAllowed(context, demo, 'demo'))) {
    return reportUnexpected(context, 'the first call was refused')
  }

  context.print('\n2. An administrator makes MFA mandatory for the group:\n')
  await runMfaLogin(context, demo, 'policy apply --group developers --profile admin --yes')

  context.print('\n3. The same call of alice:\n')
  if (await isAllowed(context, demo, 'demo')) {
    return reportUnexpected(context, 'the call was allowed without MFA')
  }

  context.print('\n4. alice enrolls an MFA device: mfa-login device enroll --profile demo\n')
  await enrollDevice(context, demo)

  context.print('\n5. alice logs in: mfa-login --profile demo\n')
  await logIn(context, demo)

  context.print('\n6. The same call with the profile demo-mfa:\n')
  if (!(await isAllowed(context, demo, 'demo-mfa'))) {
    return reportUnexpected(context, 'the call was refused with the session')
  }
  context.print('\nRefused without MFA, allowed after mfa-login.\n')
  return 'ok'
}

async function isAllowed(
  context: Context,
  demo: DemoEnvironment,
  profile: string,
): Promise<boolean> {
  const values = profileValues(await readProfileFiles(context, demo.paths), profile)
  const sessionToken = values.get('aws_session_token')
  const client = await context.aws({
    keys: {
      accessKeyId: values.get('aws_access_key_id') ?? '',
      secretAccessKey: values.get('aws_secret_access_key') ?? '',
      ...(sessionToken === undefined ? {} : { sessionToken }),
    },
    region: 'us-east-1',
    endpoint: demo.aws.url,
  })
  try {
    context.report(`   s3 ListBuckets ALLOWED: ${(await client.listBuckets()).join(', ')}\n`)
    return true
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    context.report(`   s3 ListBuckets REFUSED: ${error.code}: ${error.message}\n`)
    return false
  }
}

/** Runs mfa-login as a child process. Throws a Failure unless it succeeds. */
async function runMfaLogin(
  context: Context,
  { env }: DemoEnvironment,
  args: string,
  input?: string,
): Promise<void> {
  const command = [...context.self, ...args.split(' ')]
  const exit = await context.run(command, { env, ...(input === undefined ? {} : { input }) })
  if (exit === 0) return
  throw demoEnded(args)
}

function demoEnded(args: string, cause?: Failure): Failure {
  const message = `The demo ended: mfa-login ${args} did not complete.`
  return new Failure('cancelled', message, 'mfa-login demo', { cause })
}

/** Enrolls as `device enroll` does, on the terminal; without one it answers the questions. */
async function enrollDevice(context: Context, demo: Demo): Promise<void> {
  const terminal = context.isInteractive ? await context.openTerminal() : undefined
  if (terminal === undefined)
    context.print('   No terminal: the demo answers with the codes itself.\n')
  const demoContext: Context = {
    ...context,
    env: demo.env,
    inherited: demo.env,
    home: demo.home,
    // The environment of this process does not have the endpoint of the local AWS.
    aws: async (settings) => context.aws({ ...settings, endpoint: demo.aws.url }),
  }
  const source = resolveSource(await readProfileFiles(demoContext, demo.paths), demo.env, {
    profile: 'demo',
  })
  try {
    const { serialNumber } = await enroll(demoContext, {
      paths: demo.paths,
      source,
      terminal:
        terminal === undefined
          ? createAnsweringTerminal(demoContext, demo.authenticator)
          : listCodesAtQuestion(demoContext, terminal, demo.authenticator),
      name: undefined,
      showing: { invert: false, png: undefined },
    })
    context.print(`   Enrolled: ${serialNumber}\n`)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    // Its hint is of no use, as the account and the profile are gone.
    if (error.exit !== 'cancelled') context.info(error.message)
    throw demoEnded('device enroll --profile demo', error)
  } finally {
    terminal?.close()
  }
}

async function logIn(context: Context, demo: Demo): Promise<void> {
  const login = 'login --profile demo'
  if (context.isInteractive) {
    await runMfaLogin(context, demo, login)
    return
  }
  // Enrolling spent the code of this step. AWS also accepts the code of the next step.
  if (untilNextCode(context.now()) < 2000) await context.sleep(2000)
  const code = codeAt(demo.authenticator, context.now() + STEP_MS)
  await runMfaLogin(context, demo, `${login} --token-code -`, `${code}\n`)
}

function reportUnexpected(context: Context, what: string): ExitName {
  context.info(`The demo failed: ${what}.`)
  return 'internal'
}

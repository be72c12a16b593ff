import { AwsError } from '../aws/api.ts'
import type { Context } from '../context.ts'
import { enroll } from '../device/enroll.ts'
import { Failure, type ExitName } from '../failure.ts'
import { codeAt } from '../local-aws/index.ts'
import { STEP_MS, untilNextCode } from '../mfa/token-code.ts'
import { profileValues } from '../profile/values.ts'
import { resolveSource } from '../profile/resolve.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import { codeTable, selfAnswering } from './authenticator.ts'
import { setStage, type Stage } from './stage.ts'

export async function runDemo(context: Context): Promise<ExitName> {
  const stage = await setStage(context)
  try {
    return await play(context, stage)
  } finally {
    await stage.close()
    context.print('The local AWS and the temporary home are gone again.\n')
  }
}

async function play(context: Context, stage: Stage): Promise<ExitName> {
  context.print(
    '1. A local AWS. The user alice of the group developers has an access key and no more:\n',
  )
  if (!(await isAllowed(context, stage, 'demo'))) {
    return surprise(context, 'the first call was refused')
  }

  context.print('\n2. An administrator makes MFA mandatory for the group:\n')
  await runOurselves(context, stage, 'policy apply --group developers --profile admin --yes')

  context.print('\n3. The same call of alice:\n')
  if (await isAllowed(context, stage, 'demo')) {
    return surprise(context, 'the call was allowed without MFA')
  }

  context.print('\n4. alice enrols an MFA device: mfa-login device enroll --profile demo\n')
  await (context.isInteractive ? enrolAtTerminal(context, stage) : enrolAlone(context, stage))

  if (!(await hasSession(context, stage))) {
    context.print('\n5. alice logs in: mfa-login --profile demo\n')
    await logIn(context, stage)
  }

  context.print('\n6. The same call with the profile demo-mfa:\n')
  if (!(await isAllowed(context, stage, 'demo-mfa'))) {
    return surprise(context, 'the call was refused with the session')
  }
  context.print('\nRefused without MFA, allowed after mfa-login.\n')
  return 'ok'
}

async function isAllowed(context: Context, stage: Stage, profile: string): Promise<boolean> {
  const values = profileValues(await readProfileFiles(context, stage.paths), profile)
  const sessionToken = values.get('aws_session_token')
  const client = await context.aws({
    keys: {
      accessKeyId: values.get('aws_access_key_id') ?? '',
      secretAccessKey: values.get('aws_secret_access_key') ?? '',
      ...(sessionToken === undefined ? {} : { sessionToken }),
    },
    region: 'us-east-1',
    profile,
    endpoint: stage.aws.url,
  })
  try {
    context.print(`   s3 ListBuckets ALLOWED: ${(await client.listBuckets()).join(', ')}\n`)
    return true
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    context.print(`   s3 ListBuckets REFUSED: ${error.code}: ${error.message}\n`)
    return false
  }
}

/** The real program in a process of its own. */
async function runOurselves(
  context: Context,
  { env }: Stage,
  words: string,
  input?: string,
): Promise<void> {
  const command = [...context.self, ...words.split(' ')]
  const exit = await context.run(command, { env, ...(input === undefined ? {} : { input }) })
  if (exit === 0) return
  throw new Failure('cancelled', `The demo ended: mfa-login ${words} did.`, 'mfa-login demo')
}

async function enrolAtTerminal(context: Context, stage: Stage): Promise<void> {
  context.print('   Scan the QR code with your app, or take the codes from here:\n\n')
  context.print(codeTable(stage.authenticator, context.now()))
  await runOurselves(context, stage, 'device enroll --profile demo')
}

/** Without a person at a terminal: what the command does, with codes that answer themselves. */
async function enrolAlone(context: Context, stage: Stage): Promise<void> {
  context.print('   No terminal: the demo answers with the codes itself.\n')
  const there: Context = {
    ...context,
    env: stage.env,
    home: stage.home,
    // Our own environment knows nothing of the local AWS.
    aws: async (settings) => context.aws({ ...settings, endpoint: stage.aws.url }),
  }
  const source = resolveSource(await readProfileFiles(there, stage.paths), stage.env, {
    profile: 'demo',
  })
  const serial = await enroll(there, {
    paths: stage.paths,
    source,
    terminal: selfAnswering(there, stage.authenticator),
    name: undefined,
    showing: { invert: false, png: undefined },
  })
  context.print(`   Enrolled: ${serial}\n`)
}

/** Enrolling offers the first login, so there may be one already. */
async function hasSession(context: Context, { paths }: Stage): Promise<boolean> {
  return profileValues(await readProfileFiles(context, paths), 'demo-mfa').has('aws_session_token')
}

async function logIn(context: Context, stage: Stage): Promise<void> {
  const login = 'login --profile demo'
  if (context.isInteractive) {
    await runOurselves(context, stage, login)
    return
  }
  // AWS takes the code of the step ahead too; this step's was spent by enrolling.
  if (untilNextCode(context.now()) < 2000) await context.sleep(2000)
  const code = codeAt(stage.authenticator, context.now() + STEP_MS)
  await runOurselves(context, stage, `${login} --token-code -`, `${code}\n`)
}

function surprise(context: Context, what: string): ExitName {
  context.info(`The demo failed: ${what}.`)
  return 'internal'
}

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AwsError, type AwsKeys, type Context } from '../context.ts'
import { Failure, type ExitName } from '../failure.ts'
import { codeAt, startLocalAws, type LocalAws } from '../local-aws/index.ts'
import { untilNextCode } from '../mfa/token-code.ts'
import { editFile, readProfileFiles } from '../profile/write.ts'
import { pathsOf } from '../profile/paths.ts'
import { profileValues } from '../profile/resolve.ts'

/** The demo's stage: the account's one user with key and device, and a home of its own. */
interface Stage {
  readonly aws: LocalAws
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
}

export async function runDemo(context: Context): Promise<ExitName> {
  const home = await mkdtemp(join(tmpdir(), 'mfa-login-demo-'))
  const aws = await startLocalAws()
  try {
    return await play(context, { aws, home, env: demoEnv(context, home, aws.url) })
  } finally {
    await aws.close()
    await rm(home, { recursive: true, force: true })
    context.out('The local AWS and the temporary home are gone again.\n')
  }
}

async function play(context: Context, stage: Stage): Promise<ExitName> {
  const { user, key } = actors(stage)
  context.out(`1. A local AWS with the user ${user.name}, an access key and an MFA device.\n`)
  context.out('   Its policy mfa_mandatory denies everything without MFA.\n\n')
  await writeLongTermKey(context, stage, key)

  context.out('2. An AWS call with the long-term key alone (s3 ListBuckets):\n')
  const before = await tryCall(context, stage, 'demo')
  if (before.allowed) return surprise(context, 'the call was allowed without MFA')

  context.out('\n3. mfa-login --profile demo\n')
  await logIn(context, stage)

  context.out('\n4. The same call with the profile demo-mfa:\n')
  const after = await tryCall(context, stage, 'demo-mfa')
  if (!after.allowed) return surprise(context, 'the call was refused with the session')
  context.out('\nRefused without MFA, allowed after mfa-login.\n')
  return 'ok'
}

function actors({ aws }: Stage) {
  const [user] = aws.account.users
  const [key] = user?.keys ?? []
  const [device] = user?.devices ?? []
  if (user === undefined || key === undefined || device === undefined) {
    throw new Error('the local account has no user with key and device')
  }
  return { user, key, device }
}

/** Nothing of the person's own AWS settings, so that no call can leave this machine. */
function demoEnv({ env }: Context, home: string, url: string): Stage['env'] {
  const kept = ['PATH', 'TERM', 'LANG', 'LC_ALL', 'SystemRoot', 'NO_COLOR', 'TMPDIR']
  return {
    ...Object.fromEntries(kept.map((name) => [name, env[name]])),
    HOME: home,
    USERPROFILE: home,
    AWS_ENDPOINT_URL: url,
    NO_PROXY: '127.0.0.1',
  }
}

async function writeLongTermKey(
  context: Context,
  { home, env }: Stage,
  key: AwsKeys,
): Promise<void> {
  const paths = pathsOf({ env, home })
  const change = {
    aws_access_key_id: key.accessKeyId,
    aws_secret_access_key: key.secretAccessKey,
  }
  await editFile(context, paths.credentials, 'credentials', [{ profile: 'demo', change }])
  const region = { region: 'us-east-1' }
  await editFile(context, paths.config, 'config', [{ profile: 'demo', change: region }])
}

async function tryCall(
  context: Context,
  { aws, home, env }: Stage,
  profile: string,
): Promise<{ allowed: boolean }> {
  const values = profileValues(await readProfileFiles(context, pathsOf({ env, home })), profile)
  const sessionToken = values.get('aws_session_token')
  const client = await context.aws({
    keys: {
      accessKeyId: values.get('aws_access_key_id') ?? '',
      secretAccessKey: values.get('aws_secret_access_key') ?? '',
      ...(sessionToken === undefined ? {} : { sessionToken }),
    },
    region: 'us-east-1',
    profile,
    endpoint: aws.url,
  })
  try {
    context.out(`   ALLOWED: ${(await client.listBuckets()).join(', ')}\n`)
    return { allowed: true }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    context.out(`   REFUSED: ${error.code}: ${error.message}\n`)
    return { allowed: false }
  }
}

/** The real program in a process of its own; a person may mistype, so there is more than one go. */
async function logIn(context: Context, stage: Stage): Promise<void> {
  const login = [...context.self, 'login', '--profile', 'demo']
  if (!context.isInteractive) {
    const input = `${currentCode(context, stage)}\n`
    context.out('   No terminal: the demo answers with the code itself.\n')
    const exit = await context.run([...login, '--token-code', '-'], { env: stage.env, input })
    if (exit !== 0) throw new Failure('internal', `mfa-login ended with exit code ${exit}.`)
    return
  }
  await showDevice(context, stage)
  const exit = await context.run(login, { env: stage.env })
  if (exit !== 0)
    throw new Failure('cancelled', 'The demo ended without a login.', 'mfa-login demo')
}

async function showDevice(context: Context, stage: Stage): Promise<void> {
  const { renderUnicodeCompact } = await import('uqr')
  const { user, device } = actors(stage)
  const label = `${user.name}@${stage.aws.account.id}`
  const uri = `otpauth://totp/${encodeURIComponent(label)}?secret=${device.seed}&issuer=mfa-login%20demo`
  context.out('   Scan this with an authenticator app if you like:\n\n')
  context.out(`${renderUnicodeCompact(uri).replace(/^/gm, '   ')}\n\n`)
  // A fresh code gives the person its whole 30 s, and AWS's drift another 30.
  if (untilNextCode(context.now()) < 10_000) await context.sleep(untilNextCode(context.now()))
  context.out(`   The device now shows: ${currentCode(context, stage)}\n\n`)
}

function currentCode(context: Context, stage: Stage): string {
  return codeAt(actors(stage).device, context.now())
}

function surprise(context: Context, what: string): ExitName {
  context.say(`The demo failed: ${what}.`)
  return 'internal'
}

import { rmSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Context } from '../context.ts'
import { startLocalAws, type Account, type LocalAws } from '../local-aws/index.ts'
import { pathsOf, type Paths } from '../profile/paths.ts'
import { changeFiles } from '../profile/files/change-files.ts'

/** A local AWS and a temporary home. */
export interface DemoEnvironment {
  readonly aws: LocalAws
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly paths: Paths
  close(): Promise<void>
}

/** How the name of each temporary home begins. */
export const HOME_PREFIX = 'mfa-login-demo-'
/** The file in it for `demo code`. */
export const ENDPOINT_FILE = 'endpoint'

/** By user. */
const PROFILES: Readonly<Record<string, string>> = { alice: 'demo' }

/** Each user of the account has a profile with its access key. */
export async function createDemoEnvironment(
  context: Context,
  account: Account,
): Promise<DemoEnvironment> {
  const home = await mkdtemp(join(tmpdir(), HOME_PREFIX))
  // What a shell has started may write for a moment longer.
  const removeHome = (): void => rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  process.once('exit', removeHome)
  const aws = await startLocalAws({ account })
  writeFileSync(join(home, ENDPOINT_FILE), aws.url)
  const env = demoEnv(context, home, aws.url)
  const paths = pathsOf({ ...context, env, home })
  const credentials = account.users.flatMap(({ name, keys }) =>
    keys.map(({ accessKeyId: aws_access_key_id, secretAccessKey: aws_secret_access_key }) => {
      return {
        profile: PROFILES[name] ?? name,
        change: { aws_access_key_id, aws_secret_access_key },
      }
    }),
  )
  const config = credentials.map(({ profile }) => ({ profile, change: { region: 'us-east-1' } }))
  await changeFiles(context, paths, { plan: () => ({ credentials, config }) })
  const close = async (): Promise<void> => {
    await aws.close()
    removeHome()
  }
  return { aws, home, env, paths, close }
}

/** Has none of the person's AWS settings, so that no request leaves this machine. */
function demoEnv({ env }: Context, home: string, url: string): DemoEnvironment['env'] {
  const inherited = ['PATH', 'TERM', 'COLORTERM', 'LANG', 'LC_ALL', 'NO_COLOR', 'TMPDIR', 'USER']
  const ofWindows = ['SystemRoot', 'PATHEXT', 'ComSpec', 'TEMP', 'TMP']
  // What tells the shell of the person, for hints.
  const ofShell = ['MFA_LOGIN_SHELL', 'SHELL', 'MSYSTEM', 'PROMPT', 'PSModulePath']
  return {
    ...Object.fromEntries(
      [...inherited, ...ofWindows, ...ofShell].map((name) => [name, env[name]]),
    ),
    HOME: home,
    USERPROFILE: home,
    AWS_ENDPOINT_URL: url,
    NO_PROXY: '127.0.0.1',
  }
}

import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Context } from '../context.ts'
import {
  createAccessKey,
  createAccount,
  createGroup,
  createUser,
  createVirtualDevice,
  startLocalAws,
  type Device,
  type LocalAws,
} from '../local-aws/index.ts'
import { allowAllPolicy } from '../policy/documents.ts'
import { pathsOf, type Paths } from '../profile/paths.ts'
import { changeFiles } from '../profile/files/change-files.ts'

/** A local AWS, a temporary home, and an authenticator for the user alice. */
export interface DemoEnvironment {
  readonly aws: LocalAws
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly paths: Paths
  /** Has the seed of the device that alice enrolls. */
  readonly authenticator: Device
  close(): Promise<void>
}

/** The users admin and alice have an access key each; alice is in the group developers. */
export async function createDemoEnvironment(context: Context): Promise<DemoEnvironment> {
  const home = await mkdtemp(join(tmpdir(), 'mfa-login-demo-'))
  const removeHome = (): void => rmSync(home, { recursive: true, force: true })
  // Ctrl-C, and the end of its terminal, end the process without running finally blocks.
  process.once('SIGINT', () => process.exit(130)).once('SIGHUP', () => process.exit(129))
  process.once('exit', removeHome)
  const everything = { name: 'everything', document: allowAllPolicy() }
  /** By profile. */
  const keys = { admin: createAccessKey(), demo: createAccessKey() }
  const authenticator = createVirtualDevice('alice')
  const aws = await startLocalAws({
    account: createAccount({
      users: [
        createUser('admin', { policies: [everything], keys: [keys.admin] }),
        createUser('alice', { keys: [keys.demo] }),
      ],
      groups: [createGroup('developers', { members: ['alice'], policies: [everything] })],
      seeds: [authenticator.seed],
    }),
  })
  const env = demoEnv(context, home, aws.url)
  const paths = pathsOf({ ...context, env, home })
  const credentials = Object.entries(keys).map(([profile, key]) => {
    const { accessKeyId: aws_access_key_id, secretAccessKey: aws_secret_access_key } = key
    return { profile, change: { aws_access_key_id, aws_secret_access_key } }
  })
  const config = Object.keys(keys).map((profile) => ({ profile, change: { region: 'us-east-1' } }))
  await changeFiles(context, paths, { plan: () => ({ credentials, config }) })
  const close = async (): Promise<void> => {
    await aws.close()
    removeHome()
  }
  return { aws, home, env, paths, authenticator, close }
}

/** Has none of the person's AWS settings, so that no request leaves this machine. */
function demoEnv({ env }: Context, home: string, url: string): DemoEnvironment['env'] {
  const inherited = ['PATH', 'TERM', 'LANG', 'LC_ALL', 'SystemRoot', 'NO_COLOR', 'TMPDIR']
  // What tells the shell of the person, for hints.
  const ofShell = ['MFA_LOGIN_SHELL', 'SHELL', 'MSYSTEM', 'PROMPT', 'PSModulePath']
  return {
    ...Object.fromEntries([...inherited, ...ofShell].map((name) => [name, env[name]])),
    HOME: home,
    USERPROFILE: home,
    AWS_ENDPOINT_URL: url,
    NO_PROXY: '127.0.0.1',
  }
}

/** Homes with sessions and a local AWS. */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import {
  codeAt,
  createAccessKey,
  createAccount,
  createRole,
  roleArn,
  startLocalAws,
  userArn,
  type Account,
} from '../../src/local-aws/index.ts'
import { allowAllPolicy } from '../../src/policy/documents.ts'

export const PROGRAM = join(process.cwd(), 'bin/mfa-login.js')

export interface Home {
  /** The folder with `config` and `credentials`. */
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  /** The words of a profile's credential_process. */
  processLine(profile: string): string[]
  /** A file with exactly what credential-process prints. */
  readonly answer: string
  /** Makes AWS and the home forget used codes, and returns the current code. */
  freshCode(): string
  /** Removes all sessions, as if they had expired, and gives `mfa_process` a new code. */
  forgetSessions(): void
}

export interface Stage {
  /** The URL of the local AWS. */
  readonly url: string
  readonly serial: string
  home(name: string, options?: HomeOptions): Promise<Home>
  close(): Promise<void>
}

export interface HomeOptions {
  /** The number of profiles besides `work`, `plain` and `admin`. */
  readonly others?: number
  /** Additional environment variables. */
  readonly env?: Readonly<Record<string, string>>
}

export async function setStage(): Promise<Stage> {
  const account = createAccount()
  const [user] = account.users
  const [device] = user?.devices ?? []
  const [key] = user?.keys ?? []
  if (user === undefined || device === undefined || key === undefined) throw new Error('no user')
  const admin = createRole('admin', {
    trusts: [userArn(account, user)],
    requiresMfa: true,
    policies: [{ name: 'all', document: allowAllPolicy() }],
  })
  account.roles.push(admin)
  const aws = await startLocalAws({ account })
  const root = mkdtempSync(join(tmpdir(), 'mfa-login-bench-'))

  const home = async (
    name: string,
    { others = 0, env: more = {} }: HomeOptions = {},
  ): Promise<Home> => {
    const path = join(root, name)
    const folder = join(path, '.aws')
    const env = {
      PATH: process.env.PATH ?? '',
      HOME: path,
      AWS_ENDPOINT_URL: aws.url,
      AWS_EC2_METADATA_DISABLED: 'true',
      ...more,
    }
    const freshCode = (): string => {
      device.usedSteps.clear()
      for (const name of readdirSync(join(folder, 'mfa-login/cache'))) {
        if (name.endsWith('.sent')) rmSync(join(folder, 'mfa-login/cache', name))
      }
      return codeAt(device, Date.now())
    }
    const forgetSessions = (): void => {
      const names = readdirSync(join(folder, 'mfa-login/cache'))
      for (const name of names.filter((each) => !each.endsWith('.index'))) {
        rmSync(join(folder, 'mfa-login/cache', name), { recursive: true })
      }
      writeFileSync(join(path, 'code'), freshCode())
    }
    mkdirSync(join(folder, 'mfa-login/cache'), { recursive: true, mode: 0o700 })
    writeFileSync(join(folder, 'config'), configOf(account, device.serialNumber, path, others))
    writeFileSync(join(folder, 'credentials'), credentialsOf(key, others), { mode: 0o600 })
    const run = async (...args: string[]): Promise<string> =>
      (await promisify(execFile)(process.execPath, [PROGRAM, ...args], { env })).stdout
    for (const profile of ['work', 'admin']) await run('setup', '--yes', '--profile', profile)
    await run('login', '--profile', 'work', '--token-code', freshCode())
    await run('login', '--profile', 'admin')
    // No index is written for files that have just changed (src/platform/files/fingerprint.ts).
    await sleep(100)
    await run('credential-process', '--profile', 'admin')
    const answer = join(path, 'answer.json')
    writeFileSync(answer, await run('credential-process', '--profile', 'work'))
    return {
      folder,
      env,
      answer,
      processLine: (profile) => lineIn(readFileSync(join(folder, 'config'), 'utf8'), profile),
      freshCode,
      forgetSessions,
    }
  }

  return {
    url: aws.url,
    serial: device.serialNumber,
    home,
    close: async () => {
      await aws.close()
      rmSync(root, { recursive: true })
    },
  }
}

function configOf(account: Account, serial: string, home: string, others: number): string {
  const role = account.roles[0]
  if (role === undefined) throw new Error('no role')
  return [
    ...names(others).map((name) => `[profile ${name}]\nregion = eu-west-1\noutput = json\n`),
    `[profile work]\nregion = eu-west-1\nmfa_serial = ${serial}\nmfa_process = cat ${home}/code\n`,
    `[profile plain]\nregion = eu-west-1\nmfa_serial = ${serial}\n`,
    `[profile admin]\nrole_arn = ${roleArn(account, role)}\nsource_profile = work\n`,
  ].join('\n')
}

function credentialsOf(key: ReturnType<typeof createAccessKey>, others: number): string {
  const section = (name: string, { accessKeyId, secretAccessKey }: typeof key): string =>
    `[${name}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`
  return [
    ...names(others).map((name) => section(name, createAccessKey())),
    section('work', key),
    section('plain', key),
  ].join('\n')
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `other-${index}`)
}

function lineIn(config: string, profile: string): string[] {
  const section = config.split(`[profile ${profile}]`)[1] ?? ''
  const line = /^credential_process = (.*)$/m.exec(section)?.[1] ?? ''
  return Array.from(line.matchAll(/"([^"]*)"|(\S+)/g), ([, quoted, bare]) => quoted ?? bare ?? '')
}

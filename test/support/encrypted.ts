/** Sandboxes with encrypted sessions, and what is on their disk. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { sandbox, type Outcome, type Sandbox } from './sandbox.ts'
import { startKeyring } from './keyring.ts'

export const SERVE = ['credential-process', '--profile', 'work']
export const LOGIN = ['login', '--profile', 'work', '--token-code']

export const unencrypted = { env: { MFA_LOGIN_CACHE_ENCRYPTION: '' } }

export interface EncryptedSandbox {
  readonly box: Sandbox
  /** Stops the keyring. */
  readonly stop: () => Promise<void>
}

/** A profile that setup wired, a keyring, and encryption turned on. */
export async function encryptedSandbox(): Promise<EncryptedSandbox> {
  const box = await sandbox()
  const stop = await startKeyring(box)
  await ok(box.run(['setup', '--profile', 'work', '--yes']))
  box.env.MFA_LOGIN_CACHE_ENCRYPTION = 'keyring'
  box.freshStep()
  return { box, stop }
}

export async function ok(run: Promise<Outcome>): Promise<Outcome> {
  const outcome = await run
  expect(outcome.code, outcome.stderr).toBe(0)
  return outcome
}

export interface Credentials {
  readonly SecretAccessKey: string
  readonly SessionToken: string
}

export async function serve(box: Sandbox): Promise<Credentials> {
  return JSON.parse((await ok(box.run(SERVE))).stdout) as Credentials
}

/** Whether the cache has a session; nobody could answer a question for a code. */
export async function isServed(box: Sandbox): Promise<boolean> {
  return (await box.run(SERVE)).code === 0
}

export function cacheFiles(box: Sandbox, ending = '.json'): string[] {
  const names = readdirSync(box.path('mfa-login/cache')).filter((name) => name.endsWith(ending))
  return names.map((name) => box.path(`mfa-login/cache/${name}`))
}

/** Whether one of the secrets is in a file under `.aws`. */
export function isOnDisk(box: Sandbox, { SecretAccessKey, SessionToken }: Credentials): boolean {
  const entries = readdirSync(box.path('.'), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const text = files
    .map(({ parentPath, name }) => readFileSync(`${parentPath}/${name}`, 'utf8'))
    .join('\n')
  return text.includes(SecretAccessKey) || text.includes(SessionToken)
}

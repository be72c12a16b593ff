/** The Credential Manager of Windows, for one sandbox. */
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Entry, findCredentials } from '@napi-rs/keyring'
import { onTestFinished } from 'vitest'
import { addPreload } from './preload.ts'

const PRELOAD = fileURLToPath(new URL('./own-keyring.cjs', import.meta.url))

type Variables = Record<string, string>

const entryOf = ({ MFA_TEST_KEYRING = '' }: Variables, account: string): Entry =>
  new Entry(MFA_TEST_KEYRING, account)

export function useCredentialManager(box: {
  readonly home: string
  readonly env: Variables
}): void {
  const service = `mfa-login-test-${basename(box.home)}`
  box.env.MFA_TEST_KEYRING = service
  addPreload(box.env, PRELOAD)
  onTestFinished(() => {
    for (const { account } of findCredentials(service)) new Entry(service, account).deletePassword()
  })
}

/** What another program reads. */
export function storedSecret(env: Variables, account: string): string | undefined {
  return entryOf(env, account).getPassword() ?? undefined
}

export function removeSecret(env: Variables, account: string): void {
  entryOf(env, account).deletePassword()
}

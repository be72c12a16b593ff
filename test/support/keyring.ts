/** A keyring for the programs of a sandbox: a Secret Service, on Windows the Credential Manager. */
import { execFileSync } from 'node:child_process'
import { removeSecret, storedSecret, useCredentialManager } from './credential-manager.ts'
import { has } from './programs.ts'
import type { Sandbox } from './sandbox.ts'
import { hasSecretService, startSecretService } from './secret-service.ts'

type Place = Pick<Sandbox, 'home' | 'env'>

const isWindows = process.platform === 'win32'

export const hasKeyring = isWindows || hasSecretService

/** Whether another program can read it. */
export const hasOtherReader =
  isWindows || (hasSecretService && has('sh', '-c', 'command -v secret-tool'))

/** Starts a keyring that programs of the sandbox find, until the returned function stops it where it can be stopped. */
export async function startKeyring(
  box: Place,
  state: 'unlocked' | 'locked' = 'unlocked',
): Promise<() => Promise<void>> {
  if (!isWindows) return startSecretService(box, state)
  useCredentialManager(box)
  return async () => Promise.resolve()
}

/** Reads the keyring as another program does. */
export function inKeyring(box: Place, account: string): string | undefined {
  if (isWindows) return storedSecret(box.env, account)
  try {
    return secretTool(box, 'lookup', account)
  } catch {
    return undefined
  }
}

export function forget(box: Place, account: string): void {
  if (inKeyring(box, account) === undefined) return
  if (isWindows) removeSecret(box.env, account)
  else secretTool(box, 'clear', account)
}

function secretTool(box: Place, what: 'lookup' | 'clear', account: string): string {
  const args = [what, 'service', 'mfa-login', 'username', account]
  return execFileSync('secret-tool', args, { env: box.env, encoding: 'utf8', stdio: 'pipe' })
}

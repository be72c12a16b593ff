import { usageFailure } from '../failure.ts'
import type { Source } from '../profile/resolve.ts'
import { nonEmpty } from '../profile/values.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Wherever a session comes from, the environment and the profile may each ask for it. */
export const ENCRYPTION_VARIABLE = 'MFA_LOGIN_CACHE_ENCRYPTION'
const SETTING = 'mfa_login_cache_encryption'

/** What the switches of a profile are set to, whether that means anything or not. */
export function encryptionAsked(env: Env, source: Pick<Source, 'setting'>): string[] {
  const values = [env[ENCRYPTION_VARIABLE], source.setting(SETTING)].map(nonEmpty)
  return values.filter((value) => value !== undefined)
}

/** Whether sessions are to be on disk in encrypted form only. Throws a usage Failure for what is neither yes nor no. */
export function wantsEncryption(env: Env, source: Pick<Source, 'setting'>): boolean {
  const asked = encryptionAsked(env, source)
  const odd = asked.find((value) => value !== 'keyring')
  if (odd === undefined) return asked.length > 0
  throw usageFailure(
    `${ENCRYPTION_VARIABLE} or ${SETTING} is ${JSON.stringify(odd)}, and only keyring is known.`,
    `${ENCRYPTION_VARIABLE}=keyring, or take it out`,
  )
}

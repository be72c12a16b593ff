import { usageFailure } from '../../failure.ts'
import { profileKeys, profileNames } from '../../profile/ini/ini-file.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import { nonEmpty, type ProfileFiles } from '../../profile/values.ts'

type Env = Readonly<Record<string, string | undefined>>

export const ENCRYPTION_VARIABLE = 'MFA_LOGIN_CACHE_ENCRYPTION'
const SETTING = 'mfa_login_cache_encryption'

/**
 * What the switches of a profile are set to, whether that means anything or not: the environment and the
 * profile may each ask for it, wherever the session comes from.
 */
export function encryptionSettings(env: Env, source: Pick<CredentialSource, 'setting'>): string[] {
  const values = [env[ENCRYPTION_VARIABLE], source.setting(SETTING)].map(nonEmpty)
  return values.filter((value) => value !== undefined)
}

/** Whether the environment or any profile has a switch that is set. */
export function isEncryptionConfigured(env: Env, files: ProfileFiles): boolean {
  const inFiles = (['config', 'credentials'] as const).some((kind) =>
    profileNames(files[kind], kind).some((name) =>
      profileKeys(files[kind], kind, name).get(SETTING),
    ),
  )
  return nonEmpty(env[ENCRYPTION_VARIABLE]) !== undefined || inFiles
}

/** Whether sessions are to be on disk in encrypted form only. Throws a usage Failure for what is neither yes nor no. */
export function wantsEncryption(env: Env, source: Pick<CredentialSource, 'setting'>): boolean {
  const asked = encryptionSettings(env, source)
  const odd = asked.find((value) => value !== 'keyring')
  if (odd === undefined) return asked.length > 0
  throw usageFailure(
    `${ENCRYPTION_VARIABLE} or ${SETTING} is ${JSON.stringify(odd)}, and only keyring is known.`,
    `${ENCRYPTION_VARIABLE}=keyring, or take it out`,
  )
}

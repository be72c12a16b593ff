import { usageFailure } from '../../failure.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import { allProfiles, profileValues, type ProfileFiles } from '../../profile/values.ts'

type Env = Readonly<Record<string, string | undefined>>

export const ENCRYPTION_VARIABLE = 'MFA_LOGIN_CACHE_ENCRYPTION'
const SETTING = 'mfa_login_cache_encryption'

/** The values that the environment and the profile set for encryption, valid or not. */
export function encryptionSettings(env: Env, source: Pick<CredentialSource, 'setting'>): string[] {
  const values = [env[ENCRYPTION_VARIABLE], source.setting(SETTING)]
  return values.filter((value) => value !== undefined)
}

/** Whether the environment or any profile sets encryption. */
export function isEncryptionConfigured(env: Env, files: ProfileFiles): boolean {
  const inFiles = allProfiles(files).some((name) => profileValues(files, name).get(SETTING))
  return env[ENCRYPTION_VARIABLE] !== undefined || inFiles
}

/** Whether sessions may be on disk in encrypted form only. Throws a usage Failure for an unknown value. */
export function wantsEncryption(env: Env, source: Pick<CredentialSource, 'setting'>): boolean {
  const values = encryptionSettings(env, source)
  const unknown = values.find((value) => value !== 'keyring')
  if (unknown === undefined) return values.length > 0
  throw usageFailure(
    `${ENCRYPTION_VARIABLE} or ${SETTING} is ${JSON.stringify(unknown)}, but the only value is keyring.`,
    `${ENCRYPTION_VARIABLE}=keyring, or remove it`,
  )
}

import { isOurProcess } from '../profile/process-line.ts'
import { OTHER_SOURCES } from '../profile/session-keys.ts'
import { allProfiles, profileValues, type ProfileFiles } from '../profile/values.ts'
import type { Facts } from './facts.ts'

/** Whether both files were read whole. What is absent from a damaged file may be in its lost part. */
export function areFilesComplete({ unreadable, files }: Facts): boolean {
  const isDamaged = [files.config, files.credentials].some(({ problems }) => problems.length > 0)
  return unreadable.length === 0 && !isDamaged
}

export function isProfileMissing(facts: Facts): boolean {
  const { profile, source, isNamed, env } = facts
  if (!areFilesComplete(facts) || allProfiles(facts.files).includes(profile)) return false
  // The first login creates the profile from the keys of [P-long-term].
  if (source?.keysProfile !== undefined) return false
  // With keys in the environment, no default profile is needed.
  return isNamed || !env.AWS_ACCESS_KEY_ID
}

/** Whether tools get the profile's sessions through `mfa-login credential-process`. */
export function isWired({ files, profile, source }: Facts): boolean {
  return [profile, source?.target ?? profile].some((name) =>
    isOurProcess(profileValues(files, name).get('credential_process') ?? ''),
  )
}

/** The setting by which a profile gets credentials from something other than keys or mfa-login. */
export function otherCredentialSetting(files: ProfileFiles, profile: string): string | undefined {
  const values = profileValues(files, profile)
  const line = values.get('credential_process')
  if (line !== undefined && !isOurProcess(line)) return 'credential_process'
  return OTHER_SOURCES.find((key) => values.has(key))
}

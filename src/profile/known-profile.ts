import { Failure } from '../failure.ts'
import { whyMissing } from './no-keys.ts'
import { allProfiles, type ProfileFiles } from './values.ts'

/** Whether the files have a profile of this name, or its keys. */
export function isKnownProfile(files: ProfileFiles, name: string): boolean {
  const names = allProfiles(files)
  return [name, `${name}-long-term`].some((each) => names.includes(each))
}

/** Throws a Failure for a name that is in neither file, and not the one that logins to a known profile write to. */
export function refuseUnknownProfile(
  files: ProfileFiles,
  env: Readonly<Record<string, string | undefined>>,
  name: string,
): void {
  if ([name, name.replace(/-mfa$/, '')].some((each) => isKnownProfile(files, each))) return
  const { message, remedy } = whyMissing(files, env, name)
  throw new Failure('files', message, remedy)
}

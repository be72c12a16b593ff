import { closest } from '../closest.ts'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { readProfileFiles } from './files/snapshot.ts'
import { isKnownProfile } from './known-profile.ts'
import { pathsOf } from './paths.ts'
import { environmentCredentials, findSource } from './resolve.ts'
import { OTHER_SOURCES } from './session-keys.ts'
import { allProfiles, profileValues, type ProfileFiles } from './values.ts'

/**
 * Lets a person at a terminal choose a profile, of all or of those to pick. Undefined if the environment names one
 * or has credentials, where there is a profile `default`, and where there is nobody or nothing to choose.
 */
export async function pickProfile(
  context: Context,
  toPick = profilesToPick,
): Promise<string | undefined> {
  const { env } = context
  const isNamed = env.AWS_PROFILE !== undefined || env.AWS_DEFAULT_PROFILE !== undefined
  if (isNamed || !context.isInteractive || environmentCredentials(env)) return undefined
  const files = await readProfileFiles(context, pathsOf(context))
  const choices = hasDefault(files) ? [] : toPick(files)
  const terminal = choices.length === 0 ? undefined : await context.openTerminal()
  if (terminal === undefined) return undefined
  try {
    return await terminal.choose('Which profile?', choices)
  } finally {
    terminal.close()
  }
}

/** Whether the files have a profile of this name, or its keys. */
export async function isProfile(context: Context, name: string): Promise<boolean> {
  return isKnownProfile(await readProfileFiles(context, pathsOf(context)), name)
}

/** The profile that a misspelled name most likely stands for. */
export async function closestProfile(context: Context, name: string): Promise<string | undefined> {
  return closest(name, profilesToPick(await readProfileFiles(context, pathsOf(context))))
}

/** A profile with only a region does not count, as it gives no credentials. */
function hasDefault(files: ProfileFiles): boolean {
  const values = profileValues(files, 'default')
  const hasSource = ['credential_process', ...OTHER_SOURCES].some((key) => values.has(key))
  return hasSource || isServed(files, 'default')
}

/** The profiles that mfa-login can serve; not the ones it writes to, and not those that only hold keys. */
export function profilesToPick(files: ProfileFiles): string[] {
  const names = allProfiles(files).map((name) => name.replace(/-long-term$/, ''))
  const isTarget = (name: string): boolean =>
    name.endsWith('-mfa') && names.includes(name.slice(0, -4))
  return [...new Set(names)].filter((name) => !isTarget(name) && isServed(files, name)).sort()
}

function isServed(files: ProfileFiles, profile: string): boolean {
  try {
    return findSource(files, {}, { profile }) !== undefined
  } catch (error) {
    if (error instanceof Failure) return false
    throw error
  }
}

import { Failure } from '../failure.ts'
import { isAcceptableProfileName, profileKeys, type FileKind, type IniFile } from './ini.ts'

export interface ProfileFiles {
  readonly config: IniFile
  readonly credentials: IniFile
}

type Env = Readonly<Record<string, string | undefined>>

/** The long-term credentials behind a profile and the settings that go with them. */
export interface Source {
  /** The profile as asked for. */
  readonly profile: string
  /** The profile whose section holds the keys; undefined when they come from the environment. */
  readonly keysProfile: string | undefined
  readonly keysFile: FileKind | 'environment'
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** The profile a login writes to. */
  readonly target: string
  /** `mfa_serial`, `aws_mfa_device` or AWS_MFA_SERIAL. */
  readonly serialNumber: string | undefined
  /** The profile whose endpoint, FIPS and similar settings the SDK is to read. */
  readonly settingsProfile: string
  /** Looks a setting up: the asked profile first, then the keys' and the target. */
  setting(key: string): string | undefined
}

export interface Ask {
  readonly profile?: string | undefined
  readonly to?: string | undefined
}

export function askedProfile(asked: string | undefined, env: Env): string {
  // CLI v2's order; the older botocore reads the two the other way round.
  const name = asked ?? nonEmpty(env.AWS_PROFILE) ?? nonEmpty(env.AWS_DEFAULT_PROFILE)
  return checkedName(name ?? 'default')
}

export function checkedName(name: string): string {
  if (isAcceptableProfileName(name)) return name
  throw new Failure(
    'usage',
    `The profile name ${JSON.stringify(name)} has characters that AWS SDKs do not read.`,
    'use letters, digits and - _ . @ + : / only',
  )
}

/** Every key of a profile; where both files have one, the credentials file's value counts. */
export function profileValues(files: ProfileFiles, profile: string): Map<string, string> {
  return new Map([
    ...profileKeys(files.config, 'config', profile),
    ...profileKeys(files.credentials, 'credentials', profile),
  ])
}

/**
 * Finds the long-term credentials for a profile: `[P-long-term]`, else `[P]`, else the
 * environment. Throws a Failure that says what was looked for.
 */
export function resolveSource(files: ProfileFiles, env: Env, ask: Ask): Source {
  const source = findSource(files, env, ask)
  if (source === undefined) throw noKeys(askedProfile(ask.profile, env), files)
  refuseLongTermTarget(files, source.target)
  return source
}

/** The same, but undefined where there are no keys, and whatever the target holds. */
export function findSource(files: ProfileFiles, env: Env, ask: Ask): Source | undefined {
  const profile = askedProfile(ask.profile, env)
  const found = keyPlaces(profile).find((place) => longTermKeys(files, place.keys) !== undefined)
  const keys = found === undefined ? environmentKeys(env) : longTermKeys(files, found.keys)
  if (keys === undefined) return undefined
  const target = checkedName(ask.to ?? found?.target ?? withSuffix(profile))
  const settings = [profile, ...(found === undefined ? [] : [found.keys]), target]
  const setting = (key: string): string | undefined =>
    firstOf(settings.map((name) => nonEmpty(profileValues(files, name).get(key))))
  return {
    profile,
    keysProfile: found?.keys,
    ...keys,
    target,
    serialNumber:
      setting('mfa_serial') ?? setting('aws_mfa_device') ?? nonEmpty(env.AWS_MFA_SERIAL),
    settingsProfile:
      settings.find((name) => profileKeys(files.config, 'config', name).size > 0) ?? profile,
    setting,
  }
}

/** `resolveSource`, or undefined where there are no keys for the profile. */
export function tryResolve(files: ProfileFiles, env: Env, ask: Ask): Source | undefined {
  try {
    return resolveSource(files, env, ask)
  } catch (error) {
    if (error instanceof Failure) return undefined
    throw error
  }
}

export function holdsLongTermKeys(files: ProfileFiles, profile: string): boolean {
  return longTermKeys(files, profile) !== undefined
}

/** Where the keys of a profile may be and where its session then goes, in order. */
function keyPlaces(profile: string): { keys: string; target: string }[] {
  const places = [
    { keys: `${profile}-long-term`, target: profile },
    { keys: profile, target: withSuffix(profile) },
  ]
  // The names a login left behind, so that AWS_PROFILE=work-mfa can log in again.
  if (profile.endsWith('-long-term')) places[1] = { keys: profile, target: profile.slice(0, -10) }
  if (profile.endsWith('-mfa')) places.push({ keys: profile.slice(0, -4), target: profile })
  return places
}

function withSuffix(profile: string): string {
  return `${profile}-mfa`
}

interface LongTermKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly keysFile: FileKind | 'environment'
}

function longTermKeys(files: ProfileFiles, profile: string): LongTermKeys | undefined {
  for (const kind of ['credentials', 'config'] as const) {
    const keys = profileKeys(files[kind], kind, profile)
    const accessKeyId = nonEmpty(keys.get('aws_access_key_id'))
    const secretAccessKey = nonEmpty(keys.get('aws_secret_access_key'))
    const isSession = nonEmpty(keys.get('aws_session_token')) !== undefined
    if (accessKeyId !== undefined && secretAccessKey !== undefined && !isSession) {
      return { accessKeyId, secretAccessKey, keysFile: kind }
    }
  }
  return undefined
}

function environmentKeys(env: Env): LongTermKeys | undefined {
  const accessKeyId = nonEmpty(env.AWS_ACCESS_KEY_ID)
  const secretAccessKey = nonEmpty(env.AWS_SECRET_ACCESS_KEY)
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined
  if (nonEmpty(env.AWS_SESSION_TOKEN) !== undefined) return undefined
  return { accessKeyId, secretAccessKey, keysFile: 'environment' }
}

function refuseLongTermTarget(files: ProfileFiles, target: string): void {
  if (longTermKeys(files, target) === undefined) return
  throw new Failure(
    'files',
    `The target profile ${target} holds long-term keys; a session would overwrite them.`,
    `mfa-login --to ANOTHER-NAME, or rename the section to [${target}-long-term]`,
  )
}

function noKeys(profile: string, files: ProfileFiles): Failure {
  const known = profileValues(files, profile).size > 0
  const what = known
    ? `The profile ${profile} has no long-term keys`
    : `There are no long-term keys for the profile ${profile}`
  return new Failure(
    'files',
    `${what}: looked in [${profile}-long-term], [${profile}] and the environment.`,
    `aws configure --profile ${profile}`,
  )
}

function nonEmpty(text: string | undefined): string | undefined {
  const trimmed = text?.trim()
  return trimmed === '' ? undefined : trimmed
}

function firstOf(values: readonly (string | undefined)[]): string | undefined {
  return values.find((value) => value !== undefined)
}

import type { AwsKeys } from '../aws/api.ts'
import { Failure } from '../failure.ts'
import { quoteWord } from '../sanitize.ts'
import { isAcceptableProfileName, type FileKind } from './ini/ini-file.ts'
import { whyNoKeys } from './no-keys.ts'
import { isServedByUs } from './process-line.ts'
import { settingsOf, type Settings } from './settings.ts'
import { roleChain, roleProfile, type Role } from './roles.ts'
import {
  holdsLongTermKeys,
  isSameKey,
  keyPlaces,
  longTermKeys,
  type KeyPlace,
  type LongTermKeys,
  type ProfileFiles,
} from './values.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * The long-term credentials behind a profile and the settings that go with them: of the requested profile, else of
 * its source profiles, else of the target.
 */
export interface CredentialSource extends Settings {
  /** The profile as requested. */
  readonly profile: string
  /** The profile whose section holds the keys; undefined when they come from the environment. */
  readonly keysProfile: string | undefined
  readonly keysFile: FileKind | 'environment'
  readonly accessKeyId: string
  /** Undefined if the keyring holds it; `readLongTermKeys` reads it there. */
  readonly secretAccessKey: string | undefined
  /** The profile a login writes to. */
  readonly target: string
  /** `mfa_serial`, `aws_mfa_device` or AWS_MFA_SERIAL. */
  readonly serialNumber: string | undefined
  /** The roles to assume with the MFA session, in order; none for the user's own session. */
  readonly roles: readonly Role[]
  /** The profile of the long-term credentials, whose MFA session its roles share. */
  readonly user: Settings & Pick<CredentialSource, 'profile'>
  /** What was resolved, and from which version of the files. */
  readonly request: ProfileRequest
  readonly files: ProfileFiles
}

export interface ProfileRequest {
  readonly profile?: string | undefined
  readonly to?: string | undefined
}

export function requestedProfile(named: string | undefined, env: Env): string {
  // The order of AWS CLI v2; botocore reads AWS_DEFAULT_PROFILE first.
  const name = named ?? env.AWS_PROFILE ?? env.AWS_DEFAULT_PROFILE ?? 'default'
  return checkProfileName(name)
}

export function checkProfileName(name: string): string {
  if (isAcceptableProfileName(name)) return name
  throw new Failure(
    'usage',
    `The profile name ${quoteWord(name)} has characters that AWS tools do not read.`,
    'letters, digits, blanks and - _ . @ + : / %, no dash first',
  )
}

/**
 * Finds the long-term credentials for a profile: `[P-long-term]`, else `[P]`, else the environment; for a
 * profile with a role, those of its source profile. Throws a Failure that says where it looked.
 */
export function resolveSource(
  files: ProfileFiles,
  env: Env,
  request: ProfileRequest,
): CredentialSource {
  const source = findSource(files, env, request)
  if (source === undefined) {
    const { message, remedy } = whyNoKeys(files, env, requestedProfile(request.profile, env))
    throw new Failure('files', message, remedy)
  }
  refuseLongTermTarget(files, source)
  return source
}

/** Like `resolveSource`, but undefined if there are no keys, and without a check of the target. */
export function findSource(
  files: ProfileFiles,
  env: Env,
  request: ProfileRequest,
): CredentialSource | undefined {
  const profile = requestedProfile(request.profile, env)
  const withRole = roleProfile(files, profile)
  const resolved =
    withRole === undefined
      ? userSource(files, env, { profile, to: request.to, keys: 'anywhere' })
      : roleSource(files, env, { profile: withRole, to: request.to })
  return resolved && { ...resolved, request, files }
}

type ResolvedKeys = Omit<CredentialSource, 'request' | 'files'>

interface UserRequest {
  readonly profile: string
  readonly to?: string | undefined
  readonly keys: 'anywhere' | 'files' | 'environment'
}

function userSource(files: ProfileFiles, env: Env, request: UserRequest): ResolvedKeys | undefined {
  const { profile } = request
  const places = request.keys === 'environment' ? [] : keyPlaces(profile)
  const place = unlessCopied(
    files,
    places.find(({ keys }) => longTermKeys(files, keys) !== undefined),
  )
  const fromEnvironment = request.keys === 'files' ? undefined : environmentKeys(env)
  const keys = place === undefined ? fromEnvironment : longTermKeys(files, place.keys)
  if (keys === undefined) return undefined
  // Keys from the environment have the names that they would have in the profile.
  const named = place ?? places.at(-1)
  const target = checkProfileName(request.to ?? named?.target ?? `${profile}-mfa`)
  const names = [profile, ...(named === undefined ? [] : [named.keys]), target]
  const settings = settingsOf(files, names)
  return {
    ...settings,
    profile,
    keysProfile: place?.keys,
    ...keys,
    target,
    serialNumber: serialIn(settings) ?? env.AWS_MFA_SERIAL,
    roles: [],
    user: { ...settings, profile },
  }
}

/** `[P]`, where `[P-long-term]` holds the same keys: an interrupted `setup` of version 0.1 left a copy. */
function unlessCopied(files: ProfileFiles, place: KeyPlace | undefined): KeyPlace | undefined {
  if (place === undefined) return undefined
  const { keys, target } = place
  const [key, copy] = [longTermKeys(files, keys), longTermKeys(files, target)]
  const isCopy = keys === `${target}-long-term` && key && copy && isSameKey(key, copy)
  return isCopy ? { keys: target, target: `${target}-mfa` } : place
}

function roleSource(
  files: ProfileFiles,
  env: Env,
  { profile, to }: { profile: string; to: string | undefined },
): ResolvedKeys | undefined {
  const { roles, start } = roleChain(files, profile)
  const userRequest: UserRequest =
    start === undefined
      ? { profile, keys: 'environment' }
      : { profile: checkProfileName(start), keys: 'files' }
  const user = userSource(files, env, userRequest)
  if (user === undefined) return undefined
  const own = roles.map((role) => role.profile).reverse()
  const isWired = isServedByUs(files, profile)
  return {
    ...user,
    ...settingsOf(files, [...own, ...user.names]),
    profile,
    target: checkProfileName(to ?? (isWired ? profile : `${profile}-mfa`)),
    serialNumber: serialIn(settingsOf(files, own)) ?? user.serialNumber,
    roles,
  }
}

function serialIn(settings: Settings): string | undefined {
  return settings.setting('mfa_serial') ?? settings.setting('aws_mfa_device')
}

/** `resolveSource`, or undefined if there are no keys for the profile. */
export function tryResolveSource(
  files: ProfileFiles,
  env: Env,
  request: ProfileRequest,
): CredentialSource | undefined {
  try {
    return resolveSource(files, env, request)
  } catch (error) {
    if (error instanceof Failure) return undefined
    throw error
  }
}

/** The credentials in the environment; those with a session token are of a session. */
export function environmentCredentials(env: Env): AwsKeys | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined
  const { AWS_SESSION_TOKEN: sessionToken } = env
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
}

function environmentKeys(env: Env): LongTermKeys | undefined {
  const keys = environmentCredentials(env)
  if (keys === undefined || keys.sessionToken !== undefined) return undefined
  return { ...keys, keysFile: 'environment' }
}

function refuseLongTermTarget(files: ProfileFiles, source: CredentialSource): void {
  const { target, request, profile } = source
  if (request.to === undefined) refuseTwoKeys(files, target)
  if (!holdsLongTermKeys(files, target)) return
  throw new Failure(
    'files',
    `The target profile ${target} holds long-term keys; a session would overwrite them.`,
    `mfa-login --profile ${profile} --to ANOTHER-NAME`,
  )
}

/** Long-term keys, and the profile whose section has them. */
export interface PlacedKeys extends LongTermKeys {
  readonly keysProfile: string
}

/** The keys in `[P]` and `[P-long-term]` where they differ: nothing tells which of them counts. */
export function twoKeys(files: ProfileFiles, profile: string): PlacedKeys[] | undefined {
  const places = [profile, `${profile}-long-term`].flatMap((keysProfile) => {
    const keys = longTermKeys(files, keysProfile)
    return keys === undefined ? [] : [{ ...keys, keysProfile }]
  })
  const [key, other] = places
  return key === undefined || other === undefined || isSameKey(key, other) ? undefined : places
}

export function refuseTwoKeys(files: ProfileFiles, profile: string): void {
  const [key, other] = twoKeys(files, profile) ?? []
  if (key === undefined || other === undefined) return
  throw new Failure(
    'files',
    `[${key.keysProfile}] and [${other.keysProfile}] hold two long-term keys, …${key.accessKeyId.slice(-4)} and …${other.accessKeyId.slice(-4)}, and only one can serve the profile ${profile}.`,
    `mfa-login setup --profile ${profile}, which tells them apart and keeps one of them`,
  )
}

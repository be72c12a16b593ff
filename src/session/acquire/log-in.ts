import type { Context } from '../../context.ts'
import { Failure } from '../../failure.ts'
import { pathsOf, type Paths } from '../../profile/paths.ts'
import { resolveSource, type ProfileRequest, type CredentialSource } from '../../profile/resolve.ts'
import type { ProfileFiles } from '../../profile/values.ts'
import {
  settingsToCopy,
  sessionChanges,
  sessionInProfile,
  targetKind,
} from '../../profile/target.ts'
import { loadReaders } from '../../profile/ini/independent-readers.ts'
import { editFile } from '../../profile/files/edit-file.ts'
import { readProfileFiles } from '../../profile/files/snapshot.ts'
import { listCached } from '../cache/store.ts'
import { wantsEncryption } from '../cache/encryption-setting.ts'
import { WORTH_KEEPING_MS } from './mfa-client.ts'
import type { SessionResult } from '../cache/look-up.ts'
import type { GetSessionOptions } from './mfa-session.ts'
import { isLongEnough, roleSessionSeconds } from '../model/session-length.ts'
import { getSession } from './role-session.ts'
import { cacheFileNameFor, cacheFileName, timeLeft, type CacheEntry } from '../model/session.ts'

export type LoginOptions = Omit<GetSessionOptions, 'minTtl' | 'ttl'> & {
  readonly request: ProfileRequest
}

export interface LoginResult extends SessionResult {
  readonly source: CredentialSource
}

/** Sees to it that a profile's target has a session: the one it has while it lives, else a new one. */
export async function logIn(context: Context, options: LoginOptions): Promise<LoginResult> {
  const paths = pathsOf(context)
  const files = await readProfileFiles(context, paths)
  const source = resolveSource(files, context.env, options.request)
  const target = targetKind(files, source, options.request.to !== undefined)
  if (target === 'plain' && wantsEncryption(context.env, source)) throw plainTarget(source)
  roleSessionSeconds(source, options)
  const kept = options.force
    ? undefined
    : await existingSession(context, paths, files, source, options)
  if (kept !== undefined) {
    // They are missing where the login that wrote the session was broken off.
    if (target === 'plain') await copySettings(context, paths, files, source)
    return { ...kept, source }
  }
  // While a code is typed and sent; what goes wrong here does so again at the edit.
  if (target === 'plain') loadReaders().catch(() => undefined)
  const renewed = await getSession(context, paths, source, {
    ...options,
    minTtl: WORTH_KEEPING_MS,
  })
  if (target === 'plain') await writeSession(context, paths, source, renewed.session)
  return { ...renewed, source }
}

/** Sections of the credentials file are plain text, which AWS tools must be able to read. */
function plainTarget({ target, profile }: CredentialSource): Failure {
  return new Failure(
    'files',
    `Sessions are to be encrypted, and a login would write this one to [${target}] in plain text.`,
    `mfa-login setup --profile ${profile}, after which AWS tools get it from mfa-login; or exec, env`,
  )
}

/** The valid session already in the target, unless it was made from another key or role, or is of another length. */
async function existingSession(
  context: Context,
  paths: Paths,
  files: ProfileFiles,
  source: CredentialSource,
  options: LoginOptions,
): Promise<SessionResult | undefined> {
  const found = sessionInProfile(files, source.target)
  if (timeLeft(found?.expiration, context.now()) < WORTH_KEEPING_MS || !found) return undefined
  const cached = await listCached(context, paths)
  const origin = cached.find(({ accessKeyId }) => accessKeyId === found.accessKeyId)
  // Only the cache tells which role a session is of.
  if (origin === undefined && source.roles.length > 0) return undefined
  if (origin !== undefined && !belongsTo(source, origin, options)) return undefined
  const serialNumber = origin?.serialNumber ?? source.serialNumber ?? ''
  const { profile, accessKeyId: sourceAccessKeyId } = source
  return {
    session: { version: 1, ...found, profile, serialNumber, sourceAccessKeyId },
    isNew: false,
  }
}

function belongsTo(source: CredentialSource, session: CacheEntry, options: LoginOptions): boolean {
  const name = cacheFileNameFor(source.accessKeyId, session.serialNumber, source.roles)
  return cacheFileName(session) === name && isLongEnough(source, options, session)
}

async function writeSession(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  session: SessionResult['session'],
): Promise<void> {
  const profile = source.target
  await editFile(context, paths.credentials, 'credentials', [
    { profile, change: sessionChanges(session) },
  ])
  await copySettings(context, paths, await readProfileFiles(context, paths), source)
}

async function copySettings(
  context: Context,
  paths: Paths,
  files: ProfileFiles,
  source: CredentialSource,
): Promise<void> {
  const change = settingsToCopy(files, source)
  if (Object.keys(change).length === 0) return
  await editFile(context, paths.config, 'config', [{ profile: source.target, change }])
}

import type { Context } from '../../context.ts'
import { Failure, SET_CACHE_FOLDER } from '../../failure.ts'
import { checkWritable } from '../../profile/files/check-writable.ts'
import { pathsOf, type Paths } from '../../profile/paths.ts'
import { readSource } from '../../profile/read-source.ts'
import { resolveSource, type CredentialSource, type ProfileRequest } from '../../profile/resolve.ts'
import {
  sessionChanges,
  sessionInProfile,
  settingsToCopy,
  targetKind,
} from '../../profile/target.ts'
import type { ProfileFiles } from '../../profile/values.ts'
import { warnOfName } from '../../profile/warn-of-name.ts'
import { wantsEncryption } from '../cache/encryption-setting.ts'
import type { SessionResult } from '../cache/look-up.ts'
import { readInventory } from '../cache/store.ts'
import {
  isFromFuture,
  isWorthKeeping,
  WORTH_KEEPING_MS,
  type MinimumLife,
} from '../model/freshness.ts'
import { hasRequestedLength, roleSessionSeconds } from '../model/session-length.ts'
import { cacheFileName, cacheFileNameFor, type CacheEntry } from '../model/session.ts'
import { getSession } from './get-session.ts'
import type { GetSessionOptions } from '../cache/look-up.ts'

type LoginOptions = Omit<GetSessionOptions, keyof MinimumLife> & {
  readonly request: ProfileRequest
}

/** Gives the target of a profile a session: the valid one it has, else a new one. Throws a Failure. */
export async function logIn(context: Context, options: LoginOptions) {
  const paths = pathsOf(context)
  const source = await readSource(context, paths, options.request)
  const isWritten = targetKind(source) === 'credentials-file'
  warnOfName(context, source.target)
  if (isWritten) refusePlainText(context, source)
  roleSessionSeconds(source, options)
  const existing = options.force
    ? undefined
    : await existingSession(context, paths, source, options)
  if (existing !== undefined) {
    context.debug.log(`the session in [${source.target}] is valid and is kept`)
    // They are missing where the login that wrote the session was interrupted.
    if (isWritten && lacksSettings(source)) await writeToTarget(context, paths, source)
    return { ...existing, source }
  }
  // No code is used for a session that could not be written.
  if (isWritten) {
    const others = lacksSettings(source) ? (['config'] as const) : []
    await checkWritable(context, paths, ['credentials', ...others]).catch((error: unknown) => {
      throw withoutWriting(source, error)
    })
  }
  // Loaded while a code is typed and sent; the edit throws what goes wrong here.
  if (isWritten) loadEditor().catch(() => undefined)
  const own = { minTtl: WORTH_KEEPING_MS, isSweptLater: true }
  const result = await getSession(context, paths, source, { ...options, ...own })
  const { session, isNew } = result
  const written = isWritten ? await writeToTarget(context, paths, source, session) : source
  // A person waits for the profile, and nobody for this.
  if (isNew) await (await import('../cache/sweep.ts')).sweepInPassing(context, paths)
  return { ...result, source: written }
}

/** For files that nothing can be written to: a session needs no more than a cache folder. */
function withoutWriting({ profile }: CredentialSource, error: unknown): unknown {
  if (!(error instanceof Failure) || !isReadOnly(error.cause)) return error
  const { exit, message, cause } = error
  return new Failure(
    exit,
    message,
    `${SET_CACHE_FOLDER}, then: mfa-login exec --profile ${profile} -- COMMAND`,
    { cause },
  )
}

function isReadOnly(cause: unknown): boolean {
  return ['EACCES', 'EROFS', 'EPERM'].includes(
    (cause as NodeJS.ErrnoException | undefined)?.code ?? '',
  )
}

/** The credentials file is plain text, as AWS tools must be able to read it. */
function refusePlainText({ env }: Context, source: CredentialSource): void {
  if (!wantsEncryption(env, source)) return
  throw new Failure(
    'files',
    `Sessions must be encrypted, but a login would write this one to [${source.target}] in plain text.`,
    `mfa-login setup --profile ${source.profile}, after which AWS tools get it from mfa-login; or exec, env`,
  )
}

/** The session in the target, if it is valid, of the same key and role, and of the requested length. */
async function existingSession(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  options: LoginOptions,
): Promise<SessionResult | undefined> {
  const session = sessionInProfile(source.files, source.target)
  if (!session || !isWorthKeeping(session.expiration, context.now())) return undefined
  const { cached, written } = await readInventory(context, paths)
  const origin = [...cached, ...written].find((each) => each.accessKeyId === session.accessKeyId)
  // Only the inventory says which role a session is of.
  if (origin === undefined && source.roles.length > 0) return undefined
  if (origin !== undefined && !isSessionOf(source, origin, context.now())) return undefined
  if (!hasRequestedLength(source, options, origin ?? session, context.now())) return undefined
  const serialNumber = origin?.serialNumber ?? source.serialNumber ?? ''
  const { profile, accessKeyId: sourceAccessKeyId } = source
  const known = { version: 1, ...session, profile, serialNumber, sourceAccessKeyId } as const
  return { session: known, isNew: false }
}

function isSessionOf(source: CredentialSource, session: CacheEntry, now: number): boolean {
  const name = cacheFileNameFor(source.accessKeyId, session.serialNumber, source.roles)
  return cacheFileName(session) === name && !isFromFuture(session, now)
}

function lacksSettings(source: CredentialSource): boolean {
  return Object.keys(settingsToCopy(source.files, source)).length > 0
}

/**
 * Writes a session to the target, and the settings that the target lacks. The profile may have been set up, moved or
 * given another key since the login began: what the files say by now counts, and is returned. Throws a Failure.
 */
async function writeToTarget(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  session?: SessionResult['session'],
): Promise<CredentialSource> {
  const { changeFiles, noteWritten } = await loadEditor()
  const { plan } = await changeFiles(context, paths, {
    known: source.files,
    plan: (files) => planWriting(context, resolveAgain(context, files, source), session),
    before: async ({ credentials }) => {
      if (session !== undefined && credentials.length > 0)
        await noteWritten(context, paths, session)
    },
  })
  return plan.fresh
}

/** The source by the files of now, which must have the same key: the session is the key's. */
function resolveAgain(
  { env }: Context,
  files: ProfileFiles,
  { request, accessKeyId }: CredentialSource,
): CredentialSource {
  const fresh = resolveSource(files, env, request)
  if (fresh.accessKeyId === accessKeyId) return fresh
  throw new Failure(
    'files',
    `Another program replaced the access key of the profile ${fresh.profile} during this login, so the login wrote nothing.`,
    `mfa-login --profile ${fresh.profile}`,
  )
}

function planWriting(
  context: Context,
  fresh: CredentialSource,
  session: SessionResult['session'] | undefined,
) {
  // Its credential_process finds the session in the cache.
  if (targetKind(fresh) !== 'credentials-file') return { fresh, credentials: [] }
  refusePlainText(context, fresh)
  const { files, target: profile } = fresh
  const change = settingsToCopy(files, fresh)
  return {
    fresh,
    credentials: session === undefined ? [] : [{ profile, change: sessionChanges(session) }],
    config: Object.keys(change).length === 0 ? [] : [{ profile, change }],
  }
}

/** The editor of the AWS files and its readers, which a login without a change does not need. */
async function loadEditor() {
  const editor = await import('../../profile/files/change-files.ts')
  const { noteWritten } = await import('../cache/written-notes.ts')
  await (await import('../../profile/ini/independent-readers.ts')).loadReaders()
  return { ...editor, noteWritten }
}

import { readRegularText } from '../platform/files/read-file.ts'
import { parseIni } from '../profile/ini/ini-file.ts'
import type { Paths } from '../profile/paths.ts'
import { tryResolveSource, type CredentialSource } from '../profile/resolve.ts'
import type { ProfileFiles } from '../profile/values.ts'
import { encryptionSettings } from '../session/cache/encryption-setting.ts'
import { isUsable, type MinimumLife } from '../session/model/freshness.ts'
import { answerFileText } from '../session/model/answer-file.ts'
import {
  cacheFileName,
  cacheFileNameFor,
  credentialProcessJson,
  lockKey,
  parseCachedSession,
} from '../session/model/session.ts'
import { readRequest, type AnswerRequest, type Env } from './indexed-answer.ts'
import {
  cachedPaths,
  readIndex,
  versionsOf,
  writeIndex,
  type FileVersion,
} from './profile-index.ts'

/**
 * `credential-process` from the cache without a valid index, by the rules of README.md; undefined if the whole
 * program must answer.
 *
 * `waitForHolder` is called on a miss with the lock path of the session, and may wait for the process that
 * holds the lock; it returns whether it waited. A session that was made since `startedAt`, milliseconds since
 * the epoch, is then good enough however short it is.
 */
export function cachedAnswer(
  argv: readonly string[],
  env: Env,
  startedAt: number,
  waitForHolder: (lockPath: string) => boolean,
): string | undefined {
  try {
    const request = readRequest(argv, env)
    if (request === undefined) return undefined
    const { paths, life } = request
    const entry = resolveEntry(request, env)
    const answer = answerFrom(request, entry, life)
    if (answer !== undefined || entry === undefined) return answer
    if (!waitForHolder(`${paths.cache}/${entry.lockKey}`)) return undefined
    // Once more, as the holder may have stored the serial number too.
    const callerStartedAt = startedAt
    // All that waited would write an index, which loads node:crypto.
    const entryNow = { ...(resolveEntry(request, env) ?? entry), versions: undefined }
    return answerFrom(request, entryNow, { ...life, callerStartedAt })
  } catch {
    return undefined
  }
}

interface ResolvedEntry {
  readonly lockKey: string
  readonly cacheFile?: string
  /** The versions of both files, where they alone decide about the session and no index holds yet. */
  readonly versions?: readonly FileVersion[] | undefined
}

function answerFrom(
  { paths, profile }: AnswerRequest,
  entry: ResolvedEntry | undefined,
  life: MinimumLife & { readonly callerStartedAt?: number },
): string | undefined {
  if (entry?.cacheFile === undefined) return undefined
  const { cacheFile, lockKey: key, versions } = entry
  const [sessionPath, answerPath] = cachedPaths(paths, cacheFile)
  const cached = versionsOf([sessionPath, answerPath])
  const session = parseCachedSession(readText(sessionPath))
  // The content names its file: one that was moved to another name is not served.
  if (session === undefined || cacheFileName(session) !== cacheFile) return undefined
  if (!isUsable(session, life, Date.now())) return undefined
  if (versions !== undefined && [undefined, answerFileText(session)].includes(readText(answerPath)))
    writeIndex(paths, profile, { cacheFile, lockKey: key }, [...versions, ...cached])
  return credentialProcessJson(session)
}

/** The entry in the index, else from the two files. */
function resolveEntry({ paths, profile }: AnswerRequest, env: Env): ResolvedEntry | undefined {
  const indexed = undefinedIfMissing(() => readIndex(paths, profile))
  return indexed ?? resolveFromFiles(paths, profile, env)
}

function resolveFromFiles(paths: Paths, profile: string, env: Env): ResolvedEntry | undefined {
  const versions = versionsOf([paths.config, paths.credentials])
  if (versions.some(({ stats }) => stats?.isFile() === false)) return undefined
  const files = {
    config: parseIni(readText(paths.config) ?? ''),
    credentials: parseIni(readText(paths.credentials) ?? ''),
  }
  if (files.config.problems.length + files.credentials.problems.length > 0) return undefined
  const source = unencryptedSource(files, profile, env)
  if (source === undefined) return undefined
  const { accessKeyId, serialNumber, roles } = source
  const key = lockKey(accessKeyId, undefined, roles)
  if (serialNumber === undefined) return { lockKey: key }
  // The environment of the next process may be another one.
  const isOfFiles = isSameSource(source, unencryptedSource(files, profile, {}))
  return {
    cacheFile: cacheFileNameFor(accessKeyId, serialNumber, roles),
    lockKey: key,
    versions: isOfFiles ? versions : undefined,
  }
}

function isSameSource(one: CredentialSource, other: CredentialSource | undefined): boolean {
  const [a, b] = [one, other].map(
    (source) => source && [source.accessKeyId, source.serialNumber, source.roles],
  )
  return JSON.stringify(a) === JSON.stringify(b)
}

/** The source of a profile whose sessions may be in plain text. */
function unencryptedSource(
  files: ProfileFiles,
  profile: string,
  env: Env,
): CredentialSource | undefined {
  const source = tryResolveSource(files, env, { profile })
  return source === undefined || encryptionSettings({}, source).length > 0 ? undefined : source
}

/** Undefined if there is no file. */
function readText(path: string): string | undefined {
  return undefinedIfMissing(() => readRegularText(path))
}

function undefinedIfMissing<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

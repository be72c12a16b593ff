import { checkPrivate } from '../platform/files/ownership.ts'
import { readRegularFile } from '../platform/files/read-file.ts'
import { homes } from '../platform/home.ts'
import { parseIni } from '../profile/ini/ini-file.ts'
import { pathsOf, type Paths } from '../profile/paths.ts'
import { requestedProfile, tryResolveSource, type CredentialSource } from '../profile/resolve.ts'
import type { ProfileFiles } from '../profile/values.ts'
import { ENCRYPTION_VARIABLE, encryptionSettings } from '../session/cache/encryption-setting.ts'
import { isUsable, parseMinTtl, type MinimumLife } from '../session/model/freshness.ts'
import { answerFileText } from '../session/model/answer-file.ts'
import {
  cacheFileName,
  cacheFileNameFor,
  credentialProcessJson,
  lockKey,
  parseCachedSession,
} from '../session/model/session.ts'
import {
  cachedPaths,
  readIndex,
  versionsOf,
  writeIndex,
  type FileVersion,
} from './profile-index.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * `credential-process` from the cache, by the rules of README.md; undefined if the whole program must
 * answer.
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
  if (env[ENCRYPTION_VARIABLE] || env.MFA_LOGIN_DEBUG) return undefined
  try {
    const options = readOptions(argv)
    if (options === undefined) return undefined
    const profile = requestedProfile(options.profile, env)
    const paths = pathsOf({ env, ...homes() })
    checkPrivate(paths.cache)
    const entry = resolveEntry(paths, profile, env)
    const answer = answerFrom(paths, profile, entry, options)
    if (answer !== undefined || entry === undefined) return answer
    if (!waitForHolder(`${paths.cache}/${entry.lockKey}`)) return undefined
    // Once more, as the holder may have stored the serial number too.
    const callerStartedAt = startedAt
    // All that waited would write an index, which loads node:crypto.
    const entryNow = { ...(resolveEntry(paths, profile, env) ?? entry), versions: undefined }
    return answerFrom(paths, profile, entryNow, { ...options, callerStartedAt })
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
  paths: Paths,
  profile: string,
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
function resolveEntry(paths: Paths, profile: string, env: Env): ResolvedEntry | undefined {
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
  return undefinedIfMissing(() => readRegularFile(path).toString())
}

function undefinedIfMissing<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function readOptions(argv: readonly string[]) {
  const words = argv.flatMap((word) => {
    const [, flag, value] = /^(--[a-z-]+)=(.*)$/s.exec(word) ?? []
    return flag === undefined || value === undefined ? [word] : [flag, value]
  })
  const values = new Map<string, string>()
  for (let i = 0; i < words.length; i += 2) {
    const [flag = '', value] = words.slice(i, i + 2)
    const name = FLAGS.get(flag)
    if (name === undefined || value === undefined || values.has(name)) return undefined
    values.set(name, value)
  }
  return { profile: values.get('profile'), ...parseMinTtl(values.get('min-ttl')) }
}

/** `--prompt` does not matter, as nothing is asked here. */
const FLAGS = new Map([
  ['--profile', 'profile'],
  ['-p', 'profile'],
  ['--min-ttl', 'min-ttl'],
  ['--prompt', 'prompt'],
])

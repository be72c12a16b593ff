import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { parseIni } from '../profile/ini/ini-file.ts'
import { pathsOf, type Paths } from '../profile/paths.ts'
import { requestedProfile, tryResolveSource, type CredentialSource } from '../profile/resolve.ts'
import type { ProfileFiles } from '../profile/values.ts'
import { parseDuration } from '../session/model/duration.ts'
import { MIN_TTL_SECONDS } from '../session/model/freshness.ts'
import { ENCRYPTION_VARIABLE, encryptionSettings } from '../session/cache/encryption-setting.ts'
import {
  cacheFileNameFor,
  lockKey,
  wasObtainedSince,
  credentialProcessJson,
  parseCachedSession,
  timeLeft,
} from '../session/model/session.ts'
import { readIndex, lastChange, writeIndex, type IndexEntry } from './profile-index.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * `credential-process` from the cache, without lock, SDK or option parser: every AWS command
 * waits for it. Undefined wherever anything is unusual; the whole program then deals with it.
 *
 * On a miss `waited` hears what those lock who make the session, and may wait for it. What is made meanwhile,
 * `since` the epoch in milliseconds, will do however short it is.
 */
export function cachedAnswer(
  argv: readonly string[],
  env: Env,
  startedAt: number,
  waited: (flight: string) => boolean,
): string | undefined {
  const options = readOptions(argv)
  // An answer in plain text may be left from before; the whole program encrypts it.
  if (options === undefined || env[ENCRYPTION_VARIABLE] || env.MFA_LOGIN_DEBUG) return undefined
  try {
    const request = { ...options, profile: requestedProfile(options.profile, env), env }
    const paths = pathsOf({ env, home: homedir() })
    const entry = resolveEntry(paths, request)
    const answer = answerFrom(paths, entry, request, Infinity)
    if (answer !== undefined || entry === undefined || !waited(`${paths.cache}/${entry.lockKey}`))
      return answer
    // The serial number may have been found meanwhile, or the file changed.
    return answerFrom(paths, resolveEntry(paths, request), request, startedAt)
  } catch {
    return undefined
  }
}

interface Request {
  readonly profile: string
  /** Seconds. */
  readonly minTtl: number
  readonly env: Env
}

function answerFrom(
  paths: Paths,
  entry: Partial<IndexEntry> | undefined,
  { minTtl }: Request,
  startedAt: number,
): string | undefined {
  if (entry?.cacheFile === undefined) return undefined
  const session = parseCachedSession(readText(`${paths.cache}/${entry.cacheFile}`))
  if (session === undefined) return undefined
  const now = Date.now()
  const isLong = timeLeft(session.expiration, now) >= minTtl * 1000
  return isLong || wasObtainedSince(session, startedAt, now)
    ? credentialProcessJson(session)
    : undefined
}

type ResolvedEntry = Pick<IndexEntry, 'lockKey'> & Partial<IndexEntry>

/** From the index, else from the two files; leaves an index for the next hit. */
function resolveEntry(paths: Paths, request: Request): ResolvedEntry | undefined {
  return (
    undefinedIfMissing(() => readIndex(paths, request.profile)) ?? resolveFromFiles(paths, request)
  )
}

function resolveFromFiles(paths: Paths, { profile, env }: Request): ResolvedEntry | undefined {
  const change = undefinedIfMissing(() => lastChange(paths))
  const files = {
    config: parseIni(readText(paths.config)),
    credentials: parseIni(readText(paths.credentials)),
  }
  if (files.config.problems.length + files.credentials.problems.length > 0) return undefined
  const source = sourceOf(files, profile, env)
  if (source === undefined) return undefined
  const { accessKeyId, serialNumber, roles } = source
  const key = lockKey(accessKeyId, undefined, roles)
  if (serialNumber === undefined) return { lockKey: key }
  const entry = {
    cacheFile: cacheFileNameFor(accessKeyId, serialNumber, roles),
    lockKey: key,
  }
  // What the environment has a say in may be another for the next process.
  if (change !== undefined && isSameSource(source, sourceOf(files, profile, {}))) {
    writeIndex(paths, profile, entry, { change, now: Date.now() })
  }
  return entry
}

function isSameSource(one: CredentialSource, other: CredentialSource | undefined): boolean {
  const [mine, theirs] = [one, other].map(
    (each) => each && [each.accessKeyId, each.serialNumber, each.roles],
  )
  return JSON.stringify(mine) === JSON.stringify(theirs)
}

function sourceOf(files: ProfileFiles, profile: string, env: Env): CredentialSource | undefined {
  const source = tryResolveSource(files, env, { profile })
  return source === undefined || encryptionSettings({}, source).length > 0 ? undefined : source
}

function readText(path: string): string {
  return undefinedIfMissing(() => readFileSync(path, 'utf8')) ?? ''
}

function undefinedIfMissing<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function readOptions(argv: readonly string[]): { profile?: string; minTtl: number } | undefined {
  const words = argv.flatMap((word) => {
    const [, flag, value] = /^(--[a-z-]+)=(.*)$/s.exec(word) ?? []
    return flag === undefined || value === undefined ? [word] : [flag, value]
  })
  const found = new Map<string, string>()
  for (let i = 0; i < words.length; i += 2) {
    const [word = '', value] = words.slice(i, i + 2)
    const flag = word === '-p' ? '--profile' : word
    // How to ask is of no weight where nothing is asked.
    if (!['--profile', '--min-ttl', '--prompt'].includes(flag) || value === undefined)
      return undefined
    found.set(flag, value)
  }
  const profile = found.get('--profile')
  const minTtl = parseDuration(found.get('--min-ttl') ?? String(MIN_TTL_SECONDS))
  return minTtl === undefined
    ? undefined
    : { ...(profile === undefined ? {} : { profile }), minTtl }
}

import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { parseIni } from '../profile/ini/ini-file.ts'
import { pathsOf, type Paths } from '../profile/paths.ts'
import { askedProfile, tryResolve, type Source } from '../profile/resolve.ts'
import type { ProfileFiles } from '../profile/values.ts'
import { parseDuration } from '../session/model/duration.ts'
import { ENCRYPTION_VARIABLE, encryptionAsked } from '../session/cache/encryption-setting.ts'
import {
  cacheName,
  flightName,
  isNewSince,
  processCredentials,
  readCached,
  timeLeft,
} from '../session/model/session.ts'
import { followShortcut, lastChange, leaveShortcut, type Way } from './profile-index.ts'

/** Seconds a served session must still live; Java and .NET refresh within this window. */
export const MIN_TTL_SECONDS = 900

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
  since: number,
  waited: (flight: string) => boolean,
): string | undefined {
  const options = readOptions(argv)
  // An answer in plain text may be left from before; the whole program encrypts it.
  if (options === undefined || env[ENCRYPTION_VARIABLE]) return undefined
  try {
    const request = { ...options, profile: askedProfile(options.profile, env), env }
    const paths = pathsOf({ env, home: homedir() })
    const way = wayTo(paths, request)
    const answer = answerAt(paths, way, request, Infinity)
    if (answer !== undefined || way === undefined || !waited(`${paths.cache}/${way.flight}`))
      return answer
    // The serial number may have been found meanwhile, or the file changed.
    return answerAt(paths, wayTo(paths, request), request, since)
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

function answerAt(
  paths: Paths,
  way: Partial<Way> | undefined,
  { minTtl }: Request,
  since: number,
): string | undefined {
  if (way?.name === undefined) return undefined
  const session = readCached(readText(`${paths.cache}/${way.name}`))
  if (session === undefined) return undefined
  const now = Date.now()
  const isLong = timeLeft(session.expiration, now) >= minTtl * 1000
  return isLong || isNewSince(session, since, now) ? processCredentials(session) : undefined
}

type Found = Pick<Way, 'flight'> & Partial<Way>

/** From the shortcut, else from the two files; leaves a shortcut for the next hit. */
function wayTo(paths: Paths, request: Request): Found | undefined {
  return orMissing(() => followShortcut(paths, request.profile)) ?? lookedUp(paths, request)
}

function lookedUp(paths: Paths, { profile, env }: Request): Found | undefined {
  const change = orMissing(() => lastChange(paths))
  const files = {
    config: parseIni(readText(paths.config)),
    credentials: parseIni(readText(paths.credentials)),
  }
  if (files.config.problems.length + files.credentials.problems.length > 0) return undefined
  const source = sourceOf(files, profile, env)
  if (source === undefined) return undefined
  const { accessKeyId, serialNumber, roles } = source
  const flight = flightName(accessKeyId, undefined, roles)
  if (serialNumber === undefined) return { flight }
  const way = { name: cacheName(accessKeyId, serialNumber, roles), flight }
  // What the environment has a say in may be another for the next process.
  if (change !== undefined && isSame(source, sourceOf(files, profile, {}))) {
    leaveShortcut(paths, profile, way, { change, now: Date.now() })
  }
  return way
}

function isSame(one: Source, other: Source | undefined): boolean {
  const [mine, theirs] = [one, other].map(
    (each) => each && [each.accessKeyId, each.serialNumber, each.roles],
  )
  return JSON.stringify(mine) === JSON.stringify(theirs)
}

function sourceOf(files: ProfileFiles, profile: string, env: Env): Source | undefined {
  const source = tryResolve(files, env, { profile })
  return source === undefined || encryptionAsked({}, source).length > 0 ? undefined : source
}

function readText(path: string): string {
  return orMissing(() => readFileSync(path, 'utf8')) ?? ''
}

function orMissing<T>(look: () => T): T | undefined {
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
    const [flag = '', value] = words.slice(i, i + 2)
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

import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { parseIni } from '../profile/ini.ts'
import { pathsOf, type Paths } from '../profile/paths.ts'
import { askedProfile, tryResolve, type Source } from '../profile/resolve.ts'
import type { ProfileFiles } from '../profile/values.ts'
import { parseDuration } from './duration.ts'
import { ENCRYPTION_VARIABLE, encryptionAsked } from './cache-encryption.ts'
import { cacheName, processCredentials, readCached, timeLeft } from './session.ts'
import { followShortcut, lastChange, leaveShortcut } from './shortcut.ts'

/** Seconds a served session must still live; Java and .NET refresh within this window. */
export const MIN_TTL_SECONDS = 900

type Env = Readonly<Record<string, string | undefined>>

/**
 * `credential-process` from the cache, without lock, SDK or option parser: every AWS command
 * waits for it. Undefined wherever anything is unusual; the whole program then deals with it.
 */
export function cachedAnswer(argv: readonly string[], env: Env, now: number): string | undefined {
  const options = readOptions(argv)
  // An answer in plain text may be left from before; the whole program encrypts it.
  if (options === undefined || env[ENCRYPTION_VARIABLE]) return undefined
  try {
    const profile = askedProfile(options.profile, env)
    const paths = pathsOf({ env, home: homedir() })
    const name =
      orMissing(() => followShortcut(paths, profile)) ?? lookedUp(paths, profile, env, now)
    if (name === undefined) return undefined
    const session = readCached(readText(`${paths.cache}/${name}`))
    if (session === undefined) return undefined
    const isGood = timeLeft(session.expiration, now) >= options.minTtl * 1000
    return isGood ? processCredentials(session) : undefined
  } catch {
    return undefined
  }
}

/** The name of the cache's file, from the two files; leaves a shortcut for the next hit. */
function lookedUp(paths: Paths, profile: string, env: Env, now: number): string | undefined {
  const change = orMissing(() => lastChange(paths))
  const files = {
    config: parseIni(readText(paths.config)),
    credentials: parseIni(readText(paths.credentials)),
  }
  if (files.config.problems.length + files.credentials.problems.length > 0) return undefined
  const name = nameFor(files, profile, env)
  // What the environment has a say in may be another for the next process.
  if (name !== undefined && change !== undefined && name === nameFor(files, profile, {})) {
    leaveShortcut(paths, profile, { name, change, now })
  }
  return name
}

function nameFor(files: ProfileFiles, profile: string, env: Env): string | undefined {
  const source: Source | undefined = tryResolve(files, env, { profile })
  if (source?.serialNumber === undefined || encryptionAsked({}, source).length > 0) return undefined
  return cacheName(source.accessKeyId, source.serialNumber, source.roles)
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

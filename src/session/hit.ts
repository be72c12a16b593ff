import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { parseIni } from '../profile/ini.ts'
import { pathsOf } from '../profile/paths.ts'
import { resolveSource } from '../profile/resolve.ts'
import { parseDuration } from './duration.ts'
import { cacheName, processCredentials, readCached, timeLeft } from './session.ts'

/** Seconds a served session must still live; Java and .NET refresh within this window. */
export const MIN_TTL_SECONDS = 900

type Env = Readonly<Record<string, string | undefined>>

/**
 * `credential-process` from the cache, without lock, SDK or option parser: every AWS command
 * waits for it. Undefined wherever anything is unusual; the whole program then deals with it.
 */
export function cachedAnswer(argv: readonly string[], env: Env, now: number): string | undefined {
  const options = readOptions(argv)
  if (options === undefined) return undefined
  try {
    const paths = pathsOf({ env, home: homedir() })
    const files = {
      config: parseIni(readText(paths.config)),
      credentials: parseIni(readText(paths.credentials)),
    }
    if (files.config.problems.length + files.credentials.problems.length > 0) return undefined
    const source = resolveSource(files, env, { profile: options.profile })
    if (source.serialNumber === undefined) return undefined
    const name = cacheName(source.accessKeyId, source.serialNumber, source.roles)
    const session = readCached(readText(`${paths.cache}/${name}`))
    if (session === undefined) return undefined
    const isGood = timeLeft(session.expiration, now) >= options.minTtl * 1000
    return isGood ? processCredentials(session) : undefined
  } catch {
    return undefined
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
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

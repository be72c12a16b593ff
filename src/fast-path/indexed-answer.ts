import { checkPrivate } from '../platform/files/ownership.ts'
import { readRegularText } from '../platform/files/read-file.ts'
import { homes } from '../platform/home.ts'
import { pathsOf, type Paths } from '../profile/paths.ts'
import { requestedProfile } from '../profile/resolve.ts'
import { ENCRYPTION_VARIABLE } from '../session/cache/encryption-setting.ts'
import { isUsable, parseMinTtl, type MinimumLife } from '../session/model/freshness.ts'
import { credentialProcessJson, parseCachedSession } from '../session/model/session.ts'
import { cachedPaths, readIndex } from './profile-index.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** What `credential-process` is asked for. */
export interface AnswerRequest {
  readonly paths: Paths
  readonly profile: string
  readonly life: MinimumLife
}

/**
 * `credential-process` from the cache where the index of the profile is valid, by the rules of README.md;
 * undefined if others must answer.
 */
export function indexedAnswer(argv: readonly string[], env: Env): string | undefined {
  try {
    const request = readRequest(argv, env)
    if (request === undefined) return undefined
    const { paths, profile, life } = request
    const entry = readIndex(paths, profile)
    if (entry === undefined) return undefined
    const [path] = cachedPaths(paths, entry.cacheFile)
    const session = parseCachedSession(readRegularText(path))
    if (session === undefined || !isUsable(session, life, Date.now())) return undefined
    return credentialProcessJson(session)
  } catch {
    return undefined
  }
}

/** Undefined for what README.md has the whole program answer. */
export function readRequest(argv: readonly string[], env: Env): AnswerRequest | undefined {
  if (env[ENCRYPTION_VARIABLE] || env.MFA_LOGIN_DEBUG) return undefined
  const options = readOptions(argv)
  if (options === undefined) return undefined
  const paths = pathsOf({ env, ...homes() })
  checkPrivate(paths.cache)
  return {
    paths,
    profile: requestedProfile(options.get('profile'), env),
    life: parseMinTtl(options.get('min-ttl')),
  }
}

function readOptions(argv: readonly string[]): ReadonlyMap<string, string> | undefined {
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
  return values
}

/** `--prompt` does not matter, as nothing is asked here. */
const FLAGS = new Map([
  ['--profile', 'profile'],
  ['-p', 'profile'],
  ['--min-ttl', 'min-ttl'],
  ['--prompt', 'prompt'],
])

/** What both AWS files say about the session of a profile. The build makes `dist/from-files.cjs` of it. */
import { parseIni } from '../profile/ini/ini-file.ts'
import type { Paths } from '../profile/paths.ts'
import { tryResolveSource, type CredentialSource } from '../profile/resolve.ts'
import type { ProfileFiles } from '../profile/values.ts'
import { encryptionSettings } from '../session/cache/encryption-setting.ts'
import { cacheFileNameFor, lockKey } from '../session/model/session.ts'
import type { Env } from './indexed-answer.ts'
import { versionsOf, type ResolvedEntry } from './profile-index.ts'
import { readText } from './read-text.ts'

/** Undefined where the whole program must look, and for a profile whose sessions are encrypted. */
export function resolveFromFiles(
  paths: Paths,
  profile: string,
  env: Env,
): ResolvedEntry | undefined {
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

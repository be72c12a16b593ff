import type { Context } from '../../context.ts'
import { backupsOf } from '../../profile/backups.ts'
import type { Paths } from '../../profile/paths.ts'
import { parseCacheFile, type CachedFile } from '../../session/cache/encryption.ts'
import type { CredentialFile, FileMode } from '../facts.ts'
import type { ReadAttempt } from './read-attempts.ts'

/** The files of a home that may hold credentials: AWS's two, their backups and the cache. */
export async function listCredentialFiles(
  context: Context,
  paths: Paths,
  attempt: ReadAttempt,
): Promise<CredentialFile[]> {
  const cacheNames = (await attempt(context.files.list(paths.cache))) ?? []
  const kinds = ['credentials', 'config'] as const
  const backups = await Promise.all(
    kinds.map(async (kind) => attempt(backupsOf(context, paths[kind]))),
  )
  return [
    ...kinds.map((kind) => ({ path: paths[kind], kind })),
    ...cacheNames
      .filter((name) => /\.(json|answer)$/.test(name))
      .map((name) => ({ path: `${paths.cache}/${name}`, kind: 'cache' as const })),
    ...backups.flatMap((each) => each ?? []).map((path) => ({ path, kind: 'backup' as const })),
  ]
}

export async function readCachedSessions(
  context: Context,
  files: readonly CredentialFile[],
  attempt: ReadAttempt,
): Promise<CachedFile[]> {
  const inCache = files.filter(({ kind }) => kind === 'cache')
  const texts = await Promise.all(
    inCache.map(async ({ path }) => attempt(context.files.read(path))),
  )
  return texts.map(parseCacheFile).filter((session) => session !== undefined)
}

export async function readModes(
  context: Context,
  files: readonly CredentialFile[],
  attempt: ReadAttempt,
): Promise<FileMode[]> {
  const modes = await Promise.all(
    files.map(async (file) => {
      const mode = await attempt(context.files.mode(file.path))
      return mode === undefined ? undefined : { ...file, mode }
    }),
  )
  return modes.filter((file) => file !== undefined)
}

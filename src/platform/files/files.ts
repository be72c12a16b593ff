import { isUtf8 } from 'node:buffer'
import type { Debug, Files } from '../../context.ts'
import { encodingFailure, SET_CACHE_FOLDER } from '../../failure.ts'
import type { Changes } from './changes.ts'
import * as fs from './direct-fs.ts'
import { fingerprintOf } from './fingerprint.ts'
import { onceClosed } from './open-files.ts'
import { orMissing, withFailure } from './system-errors.ts'

/** `info` writes a line to stderr. */
export function createFiles(debug: Debug, info: (line: string) => void): Files {
  return {
    read: async (path) => read(debug, path, fs.readRegularFile),
    readDocument: async (path) => read(debug, path, fs.readFile),
    fingerprint: async (path) => {
      const now = Date.now()
      const stats = await withFailure(path, fs.preciseStat(path))
      return stats && fingerprintOf(stats, now)
    },
    exists: async (path) => (await withFailure(path, orMissing(fs.stat(path)))) !== undefined,
    isDirectory: async (path) =>
      (await withFailure(path, orMissing(fs.stat(path))))?.isDirectory() === true,
    mode: async (path) => {
      const stats = await withFailure(path, orMissing(fs.stat(path)))
      return stats?.isFile() === true ? stats.mode & 0o777 : undefined
    },
    list: async (directory) =>
      (await withFailure(directory, orMissing(fs.namesOfFiles(directory)))) ?? [],
    makePrivate: async (directory) => {
      // The folders that are made are below the cache folder.
      await withFailure(directory, fs.makeFolder(directory), SET_CACHE_FOLDER)
      await withFailure(directory, fs.checkPrivate(directory))
    },
    checkPrivate: async (directory) => withFailure(directory, fs.checkPrivate(directory)),
    ...changes(debug, info),
  }
}

/** Loaded with the first change: most commands make none where there is a session. */
function changes(debug: Debug, info: (line: string) => void): Changes {
  const load = async () => (await import('./changes.ts')).createChanges(debug, info)
  return {
    replace: async (...args) => (await load()).replace(...args),
    checkReplaceable: async (path) => (await load()).checkReplaceable(path),
    checkLock: async (path) => (await load()).checkLock(path),
    create: async (...args) => (await load()).create(...args),
    remove: async (path) => (await load()).remove(path),
    sweepBeside: async (path) => (await load()).sweepBeside(path),
    withLock: async (...args) => (await load()).withLock(...args),
    withLocks: async (...args) => (await load()).withLocks(...args),
  }
}

async function read(
  debug: Debug,
  path: string,
  readBytes: (path: string) => Promise<Buffer>,
): Promise<string | undefined> {
  const bytes = await withFailure(
    path,
    orMissing(onceClosed(path, 'read', async () => readBytes(path))),
  )
  debug.log(`read ${path}: ${bytes === undefined ? 'no such file' : `${bytes.length} bytes`}`)
  if (bytes === undefined) return undefined
  if (!isUtf8(bytes)) throw encodingFailure(path, bytes)
  return bytes.toString()
}

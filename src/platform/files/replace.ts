/** Writes whole files: readers see the old one or the new one, after a power failure too. */
import { dirname, join, resolve } from 'node:path'
import { Failure } from '../../failure.ts'
import * as fs from './direct-fs.ts'
import { onceClosed } from './open-files.ts'
import { isOfOthers } from './ownership.ts'
import { codeOf, notAFile, orMissing, toFailure, withFailure } from './system-errors.ts'
import { parseTemporary, temporaryFor } from './temporary.ts'

const PRIVATE = 0o600

/** Writes a temporary file beside the target, syncs and renames it. Replaces regular files only. */
export async function replace(
  path: string,
  text: string,
  { mayBeLost = false } = {},
): Promise<void> {
  const target = await realTarget(path)
  await removeLeftovers(dirname(target))
  const temporary = temporaryFor(target)
  try {
    await withFailure(target, writeNew(target, temporary, text, mayBeLost))
    const rename = async (): Promise<void> => fs.rename(temporary, target)
    await withFailure(target, onceClosed(target, 'change', rename))
    if (!mayBeLost) await withFailure(target, fs.syncFolder(dirname(target)))
  } catch (error) {
    await removeTemporary(temporary)
    throw error
  }
}

/** One that another program has open is removed by a later command, and hides no error. */
async function removeTemporary(path: string): Promise<void> {
  const remove = async (): Promise<void> => fs.rm(path, { force: true })
  await onceClosed(path, 'change', remove).catch(() => undefined)
}

/** Throws the Failure that replacing the file would meet, for a command that must not meet it later. */
export async function checkReplaceable(path: string): Promise<void> {
  const target = await realTarget(path)
  const temporary = temporaryFor(target)
  try {
    await withFailure(target, writeNew(target, temporary, '', true))
  } finally {
    await removeTemporary(temporary)
  }
}

/** Writes the file that is to replace the target, if there is one, and keeps what only its owner may change. */
async function writeNew(
  target: string,
  temporary: string,
  text: string,
  mayBeLost: boolean,
): Promise<void> {
  const stats = await orMissing(fs.stat(target))
  if (stats?.isFile() === false) throw notAFile(target, stats)
  const file = await openNew(temporary)
  try {
    if (stats === undefined) await file.giveToOwner()
    else await file.keepAttributes(target, temporary)
    await file.writeFile(text)
    if (!mayBeLost) await file.sync()
  } finally {
    await file.close()
  }
}

/** Creates a file, and its directory only if that is missing, which is rare. */
async function openNew(path: string): ReturnType<typeof fs.open> {
  const file = await orMissing(fs.open(path, 'wx', PRIVATE))
  if (file !== undefined) return file
  await fs.makeFolder(dirname(path))
  return fs.open(path, 'wx', PRIVATE)
}

/** Writes a whole file under a new name: half a file would look like a complete one. */
export async function create(path: string, bytes: Uint8Array): Promise<void> {
  await removeLeftovers(dirname(path))
  const temporary = temporaryFor(path)
  try {
    const file = await withFailure(path, fs.open(temporary, 'wx', PRIVATE))
    try {
      await withFailure(path, file.giveToOwner())
      await withFailure(path, file.writeFile(bytes))
      await withFailure(path, file.sync())
    } finally {
      await file.close()
    }
    await withFailure(path, giveName(temporary, path))
    await withFailure(path, fs.syncFolder(dirname(path)))
  } finally {
    await removeTemporary(temporary)
  }
}

/** Unlike a rename, a link replaces nothing. Some file systems have none. */
async function giveName(temporary: string, path: string): Promise<void> {
  try {
    await fs.link(temporary, path)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw error
    await (await fs.open(path, 'wx', PRIVATE)).close()
    await onceClosed(path, 'change', async () => fs.rename(temporary, path))
  }
}

/** Longer than any write takes: after that, the process ID in the name may belong to another process. */
const LEFTOVER_AGE_MS = 60_000

/** Removes what killed processes left in a directory; in a shared one, what this user may remove. */
export async function removeLeftovers(directory: string): Promise<void> {
  for (const name of (await withFailure(directory, orMissing(fs.readdir(directory)))) ?? []) {
    const temporary = parseTemporary(name)
    if (temporary === undefined) continue
    const path = join(directory, name)
    const stats = await orMissing(fs.lstat(path))
    if (stats === undefined || isOfOthers(stats, directory)) continue
    const isOld = Date.now() - stats.mtimeMs > LEFTOVER_AGE_MS
    if (isOld || temporary.isOfDeadProcess) await removeIfAllowed(path)
  }
}

async function removeIfAllowed(path: string): Promise<void> {
  try {
    await fs.rm(path, { force: true, recursive: true })
  } catch (error) {
    // Node has ENOTDIR where unlink() has EPERM, and Windows EBUSY for an open file.
    if (!['EPERM', 'EACCES', 'ENOTDIR', 'EBUSY'].includes(codeOf(error)))
      throw toFailure(path, error)
  }
}

/** The path behind symbolic links; the last one may point to a file that does not exist yet. */
export async function realTarget(path: string): Promise<string> {
  let current = resolve(path)
  for (let hops = 0; hops < 40; hops += 1) {
    const stats = await withFailure(current, orMissing(fs.lstat(current)))
    if (stats?.isSymbolicLink() !== true) return current
    current = resolve(dirname(current), await fs.readlink(current))
  }
  throw new Failure(
    'files',
    `${path} is a symbolic link that leads back to itself.`,
    `check ${path}`,
  )
}

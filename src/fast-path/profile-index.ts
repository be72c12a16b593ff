/** The index of a profile: where its session is in the cache. README.md has its format and when it holds. */
import { renameSync, rmSync, statSync, type BigIntStats } from 'node:fs'
import { isAbsolute } from 'node:path'
import { isSettled } from '../platform/files/fingerprint.ts'
import { createFile } from '../platform/files/ownership.ts'
import { readRegularText } from '../platform/files/read-file.ts'
import { temporaryFor } from '../platform/files/temporary.ts'
import type { Paths } from '../profile/paths.ts'
import { answerPath } from '../session/model/answer-file.ts'
import { statOfSystem } from './stat-form.ts'

export interface IndexEntry {
  /** Name of the session's file. */
  readonly cacheFile: string
  /** As `lockKey` in session/model/session.ts gives it. */
  readonly lockKey: string
}

interface Reading {
  readonly entry: IndexEntry
  readonly isValid: boolean
  /** Of config and credentials. */
  readonly versions: readonly FileVersion[]
}

/** A file as it is at one moment; without `stats` if there is none. */
export interface FileVersion {
  readonly path: string
  readonly stats: BigIntStats | undefined
  /** Whether its next change makes another version. */
  readonly isSettled: boolean
}

export interface ResolvedEntry {
  readonly lockKey: string
  readonly cacheFile?: string
  /** The versions of both files, where they alone decide about the session and no index holds yet. */
  readonly versions?: readonly FileVersion[] | undefined
}

/** To be called before the files are read: a later change of a settled file then makes another version. */
export function versionsOf(paths: readonly string[]): FileVersion[] {
  const now = Date.now()
  return paths.map((path) => {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
    return { path, stats, isSettled: stats === undefined || isSettled(stats, now) }
  })
}

/** The paths of the session and its answer, in the order of the index. */
export function cachedPaths({ cache }: Paths, cacheFile: string): [string, string] {
  const session = `${cache}/${cacheFile}`
  return [session, answerPath(session)]
}

/** The entry of a profile; undefined if it is not valid now. Throws the system's error if there is none. */
export function readIndex(paths: Paths, profile: string): IndexEntry | undefined {
  const reading = readEntry(paths, profile)
  return reading?.isValid === true ? reading.entry : undefined
}

/**
 * The entry of a profile, and whether it is valid. Where config and credentials are as the index says, it still names
 * the session's file and lock while others replace the session; undefined where they are not.
 */
export function readEntry(paths: Paths, profile: string): Reading | undefined {
  const path = pathOf(paths, profile)
  if (path === undefined) return undefined
  const text = readRegularText(path)
  const [, , cacheFile = '', lockKey = ''] = text.split('\n')
  if (!/^[\da-f]+\.json$/.test(cacheFile) || !/^[\da-f]+$/.test(lockKey)) return undefined
  const entry = { cacheFile, lockKey }
  const versions = versionsOf([paths.config, paths.credentials])
  const ofFiles = indexText(profile, entry, versions)
  const cached = cachedPaths(paths, cacheFile)
  const rest = text.slice(ofFiles.length)
  if (!text.startsWith(ofFiles) || !areLinesOf(cached, rest)) return undefined
  const now = linesOf(versionsOf(cached), statOfSystem().statLine)
  return { entry, versions, isValid: rest === now }
}

/** Whether the lines are of these files alone: one of a file that is gone by now is of another. */
function areLinesOf(paths: readonly string[], lines: string): boolean {
  const rests = lines.split('\n').slice(0, -1)
  return rests.every((line) =>
    paths.some((path) => line.replace(/^\S+ \S+ /, '').startsWith(`${path} `)),
  )
}

/**
 * Writes the index for what was read from these versions of the config, the credentials, the session and its
 * answer. Not where one had changed so recently that its next change could leave the same version.
 */
export function writeIndex(
  paths: Paths,
  profile: string,
  entry: IndexEntry,
  versions: readonly FileVersion[],
  platform?: string,
): void {
  const path = pathOf(paths, profile)
  if (path === undefined || !versions.every((version) => version.isSettled)) return
  const temporary = temporaryFor(path)
  try {
    createFile(temporary, indexText(profile, entry, versions, platform))
    renameSync(temporary, path)
  } catch {
    // The next command is only slower.
    tryToRemove(temporary)
  }
}

function tryToRemove(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // On Windows another program has it open. A later command removes it.
  }
}

function indexText(
  profile: string,
  { cacheFile, lockKey }: IndexEntry,
  versions: readonly FileVersion[],
  platform: string = process.platform,
): string {
  const { form, statLine } = statOfSystem(platform)
  return [form, profile, cacheFile, lockKey, linesOf(versions, statLine)].join('\n')
}

function linesOf(
  versions: readonly FileVersion[],
  statLine: ReturnType<typeof statOfSystem>['statLine'],
): string {
  return versions.map(({ path, stats }) => (stats ? `${statLine(path, stats)}\n` : '')).join('')
}

function pathOf({ config, credentials, cache }: Paths, profile: string): string | undefined {
  const isFileName = /^\w[\w.@+-]*$/.test(profile)
  return isFileName && [config, credentials, cache].every(isAbsolute)
    ? `${cache}/${profile}.index`
    : undefined
}

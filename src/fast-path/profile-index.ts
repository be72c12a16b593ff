/** The index of a profile: where its session is in the cache. README.md has its format and when it holds. */
import {
  lstatSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, isAbsolute } from 'node:path'
import type { Paths } from '../profile/paths.ts'

const SECOND = 1_000_000_000n

/** FAT counts in steps of two seconds: a later change could have the same time (see "racy Git" of Git's documentation). */
const SETTLE_SECONDS = 2n

export interface IndexEntry {
  /** Name of the session's file. */
  readonly cacheFile: string
  /** As `lockKey` in session/model/session.ts gives it. */
  readonly lockKey: string
}

/** The entry of a profile; undefined where it does not hold. Throws the system's error where there is none. */
export function readIndex(paths: Paths, profile: string): IndexEntry | undefined {
  const path = pathOf(paths, profile)
  if (path === undefined) return undefined
  const { mtimeNs } = lstatSync(path, { bigint: true })
  const [cacheFile = '', ...rest] = readFileSync(path, 'utf8').split('\n')
  const [lockKey = ''] = rest.splice(-2)
  const isOfProfile = rest.join('\n') === indexKey(paths, profile) && /^[\da-f]+$/.test(lockKey)
  return isOfProfile && lastChange(paths) < mtimeNs ? { cacheFile, lockKey } : undefined
}

/**
 * Writes the index for what was read after `change`. Its time comes from the files, not from a clock: any
 * later change is newer, on whichever machine it is made.
 */
export function writeIndex(
  paths: Paths,
  profile: string,
  { cacheFile, lockKey }: IndexEntry,
  { change, now }: { change: bigint; now: number },
): void {
  const path = pathOf(paths, profile)
  if (path === undefined || BigInt(now) * 1_000_000n - change < SETTLE_SECONDS * SECOND) return
  const temporary = `${path}.${process.pid}`
  // The next full second, as some shells compare seconds only.
  const time = Number(change / SECOND + 1n)
  try {
    writeFileSync(temporary, `${cacheFile}\n${indexKey(paths, profile)}\n${lockKey}\n`, {
      mode: 0o600,
    })
    utimesSync(temporary, time, time)
    renameSync(temporary, path)
  } catch {
    // The next command is only slower.
    rmSync(temporary, { force: true })
  }
}

/** When the files or their folders last changed: nanoseconds since the epoch. */
export function lastChange({ config, credentials }: Paths): bigint {
  const files = [config, credentials].map((path) => statSync(path, { bigint: true }))
  const folders = [config, credentials].map((path) => statSync(dirname(path), { bigint: true }))
  // A file that was moved here keeps its old mtime, but not its ctime.
  const times = [...files, ...folders].map(({ mtimeNs }) => mtimeNs)
  return [...times, ...files.map(({ ctimeNs }) => ctimeNs)].reduce((a, b) => (a > b ? a : b))
}

function indexKey({ config, credentials }: Paths, profile: string): string {
  return `${profile}\n${config}\n${credentials}`
}

function pathOf({ config, credentials, cache }: Paths, profile: string): string | undefined {
  const isFileName = /^\w[\w.@+-]*$/.test(profile)
  return isFileName && [config, credentials].every(isAbsolute)
    ? `${cache}/${profile}.index`
    : undefined
}

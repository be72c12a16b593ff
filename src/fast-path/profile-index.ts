/**
 * What the two files say about a profile, for hits that need not read them: which of the cache's files
 * it leads to, and what those lock who make the session. An index is a small file without secrets,
 *
 *     FILE'S NAME
 *     PROFILE
 *     PATH OF CONFIG
 *     PATH OF CREDENTIALS
 *     NAME OF THE FLIGHT
 *
 * and holds as long as it is newer than both of these files and their folders. `bin/mfa-login-credentials` reads
 * it too, and must be as strict.
 */
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

/**
 * Seconds since the last change: a change within them could bear the same time, as file systems count
 * in up to two seconds (FAT). Git has the same trouble, "racy Git" in its documentation.
 */
const SETTLE_SECONDS = 2n

export interface IndexEntry {
  /** Of the cache's file. */
  readonly cacheFile: string
  /** As in `flightName`. */
  readonly lockKey: string
}

/** Where the profile's index leads, if it holds. Throws where there is none. */
export function readIndex(paths: Paths, profile: string): IndexEntry | undefined {
  const path = pathOf(paths, profile)
  if (path === undefined) return undefined
  const { mtimeNs } = lstatSync(path, { bigint: true })
  const [name = '', ...rest] = readFileSync(path, 'utf8').split('\n')
  const [flight = ''] = rest.splice(-2)
  const isOurs = rest.join('\n') === indexKey(paths, profile) && /^[\da-f]+$/.test(flight)
  return isOurs && lastChange(paths) < mtimeNs ? { cacheFile: name, lockKey: flight } : undefined
}

/**
 * Leaves an index for what was read after `change`. Its time is made from that of the files and not
 * from a clock: what is written later is newer, whoever wrote it.
 */
export function writeIndex(
  paths: Paths,
  profile: string,
  { cacheFile: name, lockKey: flight }: IndexEntry,
  { change, now }: { change: bigint; now: number },
): void {
  const path = pathOf(paths, profile)
  if (path === undefined || BigInt(now) * 1_000_000n - change < SETTLE_SECONDS * SECOND) return
  const temporary = `${path}.${process.pid}`
  // The next whole second, as some shells compare nothing finer.
  const time = Number(change / SECOND + 1n)
  try {
    writeFileSync(temporary, `${name}\n${indexKey(paths, profile)}\n${flight}\n`, { mode: 0o600 })
    utimesSync(temporary, time, time)
    renameSync(temporary, path)
  } catch {
    // Only slower the next time.
    rmSync(temporary, { force: true })
  }
}

/** When the files, or what else is in their folders, changed last: nanoseconds since the epoch. */
export function lastChange({ config, credentials }: Paths): bigint {
  const files = [config, credentials].map((path) => statSync(path, { bigint: true }))
  const folders = [config, credentials].map((path) => statSync(dirname(path), { bigint: true }))
  // An older file that was moved here has its old mtime.
  const times = [...files, ...folders].map(({ mtimeNs }) => mtimeNs)
  return [...times, ...files.map(({ ctimeNs }) => ctimeNs)].reduce((a, b) => (a > b ? a : b))
}

function indexKey({ config, credentials }: Paths, profile: string): string {
  return `${profile}\n${config}\n${credentials}`
}

function pathOf({ config, credentials, cache }: Paths, profile: string): string | undefined {
  const isPlain = /^\w[\w.@+-]*$/.test(profile)
  return isPlain && [config, credentials].every(isAbsolute)
    ? `${cache}/${profile}.index`
    : undefined
}

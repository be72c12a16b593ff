/**
 * What the `stat` of this system prints for a file, built from the numbers that Node has: an index holds these
 * lines, and `bin/mfa-login-credentials` compares them with those of one `stat` process. README.md has the
 * commands. Where a system prints anything else, such as no fractions of a second, the launcher starts Node.
 */
import { statSync, type BigIntStats } from 'node:fs'

const SECOND = 1_000_000_000n

/** One line for a file of this path, for each form. */
const LINES = {
  /** GNU coreutils, busybox and toybox, in UTC: `%Y %a %n %d %i %s %y %z`. */
  gnu: (path: string, { mode, dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
    `${mtimeNs / SECOND} ${octal(mode & 0o7777n)} ${path} ${dev} ${ino} ${size} ${utc(mtimeNs)} ${utc(ctimeNs)}`,
  /** FreeBSD, NetBSD, OpenBSD and macOS: `%m %Lp %N %d %i %z %Fm %Fc` (stat(1) of each). */
  bsd: (path: string, { mode, dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
    `${mtimeNs / SECOND} ${octal(mode & 0o777n)} ${path} ${dev} ${ino} ${size} ${decimal(mtimeNs)} ${decimal(ctimeNs)}`,
}

/** The form by its name in the index; under the name `none` the launcher starts Node. */
export function statOfSystem(platform: string = process.platform) {
  if (['darwin', 'freebsd', 'netbsd', 'openbsd'].includes(platform))
    return { form: 'bsd', statLine: LINES.bsd }
  const form = platform === 'linux' && isProcClock() ? 'gnu' : 'none'
  return { form, statLine: LINES.gnu }
}

/**
 * Whether `/proc/self` got its time within the life of this process, as Linux does it (proc_pid_make_inode).
 * The launcher has no other clock that costs no further process.
 */
function isProcClock(): boolean {
  const stats = statSync('/proc/self', { throwIfNoEntry: false })
  const age = Date.now() - (stats?.mtimeMs ?? 0)
  return age > -1000 && age < process.uptime() * 1000 + 1000
}

/** `2026-01-31 09:05:00.000000001 +0000` */
function utc(timeNs: bigint): string {
  const at = new Date(Number(timeNs / 1_000_000n))
  // The first call of `toISOString` takes a fortieth of a cached answer.
  const date = [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate()].map(twoDigits).join('-')
  const time = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(twoDigits).join(':')
  return `${date} ${time}.${fraction(timeNs)} +0000`
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0')
}

function octal(mode: bigint): string {
  return mode.toString(8)
}

function decimal(timeNs: bigint): string {
  return `${timeNs / SECOND}.${fraction(timeNs)}`
}

function fraction(timeNs: bigint): string {
  return String(timeNs % SECOND).padStart(9, '0')
}

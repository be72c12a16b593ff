/** Reads a file without waiting for a writer: a pipe where a file should be would block the program. */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  statSync,
  type Stats,
} from 'node:fs'
import { notAFile } from './system-errors.ts'

/** Windows lacks the last two, and `|` takes undefined for 0. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY
const NULL_DEVICE = process.platform === 'win32' ? '\\\\.\\nul' : '/dev/null'

/**
 * The bytes of a regular file. The null device is empty, as AWS tools read it: `AWS_CONFIG_FILE=/dev/null`.
 * Throws a Failure for anything else, and the system's error.
 */
export function readRegularFile(path: string): Buffer {
  return read(path, (file) => readFileSync(file)) ?? Buffer.alloc(0)
}

/** The same as text, for which Node has a shorter way. */
export function readRegularText(path: string): string {
  return read(path, (file) => readFileSync(file, 'utf8')) ?? ''
}

/** Undefined for the null device. */
function read<T>(path: string, readAll: (file: number) => T): T | undefined {
  const file = openSync(path, FLAGS)
  try {
    const stats = fstatSync(file)
    if (stats.isFile()) return readAll(file)
    if (isNullDevice(stats)) return undefined
    throw notAFile(path, stats)
  } finally {
    closeSync(file)
  }
}

function isNullDevice(stats: Stats): boolean {
  return stats.isCharacterDevice() && stats.rdev === statSync(NULL_DEVICE).rdev
}

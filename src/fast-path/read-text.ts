import { readRegularText } from '../platform/files/read-file.ts'

/** Undefined if there is no file. */
export function readText(path: string): string | undefined {
  return undefinedIfMissing(() => readRegularText(path))
}

export function undefinedIfMissing<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

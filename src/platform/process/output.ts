import { writeSync } from 'node:fs'

/** Whose streams have taken over. */
const taken = new Set<1 | 2>()

/**
 * Writes to stdout or stderr itself: the streams of `process` load as much as all of a hit. Where a pipe is
 * full or its reader has gone they take over, as they know what to do.
 */
export function write(descriptor: 1 | 2, text: string): void {
  let left = Buffer.from(text)
  try {
    while (!taken.has(descriptor) && left.length > 0) {
      left = left.subarray(writeSync(descriptor, left))
    }
  } catch {
    take(descriptor)
  }
  if (left.length > 0) (descriptor === 1 ? process.stdout : process.stderr).write(left)
}

function take(descriptor: 1 | 2): void {
  taken.add(descriptor)
  // A reader that closes the pipe early (`| head`) is no error of ours.
  if (descriptor === 1) process.stdout.on('error', () => process.exit(0))
  else process.stderr.on('error', () => undefined)
}

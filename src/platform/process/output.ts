import { writeSync } from 'node:fs'

/** The descriptors that are written to through the streams of `process`. */
const streamed = new Set<1 | 2>()

/**
 * Writes to stdout or stderr without the streams of `process`, which take as long to load as everything else
 * of a cached answer. They take over if a pipe is full or its reader is gone, because they handle both.
 */
export function write(descriptor: 1 | 2, text: string): void {
  let rest = Buffer.from(text)
  try {
    while (!streamed.has(descriptor) && rest.length > 0) {
      rest = rest.subarray(writeSync(descriptor, rest))
    }
  } catch {
    streamed.add(descriptor)
    // A reader may close the pipe early (`| head`); that is not an error.
    if (descriptor === 1) process.stdout.on('error', () => process.exit(0))
    else process.stderr.on('error', () => undefined)
  }
  if (rest.length > 0) (descriptor === 1 ? process.stdout : process.stderr).write(rest)
}

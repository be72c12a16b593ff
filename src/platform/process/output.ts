import { writeSync } from 'node:fs'
import { EXIT } from '../../failure.ts'

type Descriptor = 1 | 2

/** The descriptors that are written to through the streams of `process`. */
const streamed = new Set<Descriptor>()
let isLost = false

/**
 * Writes to stdout or stderr without the streams of `process`, which take as long to load as everything else
 * of a cached answer. They take over if a pipe is full. Where stdout cannot be written, the command still ends
 * what it does to files and AWS, and then fails.
 */
export function write(descriptor: Descriptor, text: string): void {
  if (descriptor === 1 && isLost) return
  let rest = Buffer.from(text)
  try {
    while (!streamed.has(descriptor) && rest.length > 0) {
      rest = rest.subarray(writeSync(descriptor, rest))
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return fail(descriptor, error as Error)
    streamed.add(descriptor)
    streamOf(descriptor).on('error', (cause: Error) => fail(descriptor, cause))
  }
  if (rest.length > 0) streamOf(descriptor).write(rest)
}

function streamOf(descriptor: Descriptor): NodeJS.WriteStream {
  return descriptor === 1 ? process.stdout : process.stderr
}

/** Nothing can be said about a lost stderr; the exit code remains. */
function fail(descriptor: Descriptor, { code, message }: NodeJS.ErrnoException): void {
  if (descriptor === 2 || isLost) return
  isLost = true
  // A reader that has enough (`| head`) closes the pipe; that needs no message.
  const isPipeClosed = code === 'EPIPE'
  if (!isPipeClosed) write(2, `mfa-login: The output cannot be written: ${message}.\n`)
  process.once('exit', (exitCode) => {
    if (exitCode === EXIT.ok) process.exitCode = isPipeClosed ? EXIT.pipeClosed : EXIT.files
  })
}

import type { ReadStream, WriteStream } from 'node:tty'

const ENDING_SIGNALS: readonly NodeJS.Signals[] = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM']

/**
 * A process that ends at a question must leave a terminal with echo and, by `showCursor`, a cursor. Returns what ends
 * this.
 */
export function restoreAtEnd(
  input: ReadStream,
  output: WriteStream,
  showCursor: string,
): () => void {
  const restore = (): void => {
    if (!input.isRaw) return
    input.setRawMode(false)
    output.write(`${showCursor}\r\n`)
  }
  const end = (signal: NodeJS.Signals): void => {
    restore()
    stopRestoring()
    // Without a listener, the signal has its default effect.
    process.kill(process.pid, signal)
  }
  const stopRestoring = (): void => {
    for (const signal of ENDING_SIGNALS) process.off(signal, end)
    process.off('exit', restore)
  }
  for (const signal of ENDING_SIGNALS) process.on(signal, end)
  process.on('exit', restore)
  return stopRestoring
}

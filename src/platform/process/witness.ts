import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'

/** Milliseconds, which count while the witness has had its turn too on a busy machine. */
const POLLS = { count: 25, ms: 10 }
const FORGET_MS = 1000

/**
 * Tells a signal to the whole process group (Ctrl-C at a terminal, `timeout`, a shell that hangs up) from one to
 * this process alone, as Node does not say who sent it: another process in the group ends with the former.
 */
export function startWitness() {
  const seen = new Map<NodeJS.Signals, number>()
  let isNeeded = true
  let stop: () => void
  const start = (): void => {
    // It dumps no core, and ends with this process, whose end of the pipe is closed then.
    const script = 'trap "exit 131" QUIT; read _'
    const witness = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'] })
    stop = () => witness.stdin.destroy()
    witness.on('error', () => undefined).unref()
    witness.on('exit', (code, signal) => {
      const by = code === 131 ? 'SIGQUIT' : signal
      if (by === null || !isNeeded) return
      seen.set(by, performance.now())
      start()
    })
  }
  start()
  return {
    /** Whether a signal that has just arrived was sent to the whole group. */
    hasSeen: async (signal: NodeJS.Signals): Promise<boolean> => {
      for (let polls = 0; polls < POLLS.count; polls += 1) {
        const at = seen.get(signal) ?? -Infinity
        seen.delete(signal)
        if (performance.now() - at < FORGET_MS) return true
        await delay(POLLS.ms, undefined, { ref: false })
      }
      return false
    },
    stop: (): void => {
      isNeeded = false
      stop()
    },
  }
}

/**
 * Signals sent to this process while a child runs. Call these functions before the child starts, so that
 * no signal is lost in between; they return a function that removes the listeners.
 */
import type { ChildProcess } from 'node:child_process'

type Child = () => ChildProcess | undefined

/** The terminal sends these to the child as well. */
export const KEYBOARD_SIGNALS = ['SIGINT', 'SIGQUIT'] as const

/** These reach this process only. */
const DIRECT_SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const

/** Passes signals on to a child that decides itself what to do with them. */
export function forwardSignals(child: Child): () => void {
  const forward = (signal: NodeJS.Signals): void => void child()?.kill(signal)
  const forwardFromKeyboard = (signal: NodeJS.Signals): void => {
    if (!process.stdin.isTTY) forward(signal)
  }
  for (const signal of DIRECT_SIGNALS) process.on(signal, forward)
  for (const signal of KEYBOARD_SIGNALS) process.on(signal, forwardFromKeyboard)
  return () => {
    for (const signal of DIRECT_SIGNALS) process.off(signal, forward)
    for (const signal of KEYBOARD_SIGNALS) process.off(signal, forwardFromKeyboard)
  }
}

/** Ends the child together with this process. */
export function forwardTermination(child: Child): () => void {
  const end = (signal: NodeJS.Signals): void => {
    child()?.kill(signal)
    // The listener is gone by now, so the signal has its default effect.
    process.kill(process.pid, signal)
  }
  process.once('SIGTERM', end).once('SIGHUP', end)
  return () => void process.off('SIGTERM', end).off('SIGHUP', end)
}

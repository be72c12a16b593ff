/** A real Secret Service on a message bus of its own: GNOME Keyring, with its files in the sandbox. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { has } from './programs.ts'
import type { Sandbox } from './sandbox.ts'

export const hasSecretService =
  has('gnome-keyring-daemon', '--version') && has('dbus-run-session', '--version')

const DAEMON = {
  unlocked: "printf 'a password' | gnome-keyring-daemon --unlock --components=secrets >/dev/null",
  // Without a display it cannot ask for the password.
  locked: 'gnome-keyring-daemon --start --foreground --components=secrets >/dev/null & sleep 1',
}

/** Starts a keyring that programs of the sandbox find, until the returned function stops it. */
export async function startSecretService(
  box: Pick<Sandbox, 'home' | 'env'>,
  state: keyof typeof DAEMON = 'unlocked',
): Promise<() => Promise<void>> {
  const runtime = `${box.home}/run`
  mkdirSync(runtime, { recursive: true, mode: 0o700 })
  const script = `${DAEMON[state]}; echo "$DBUS_SESSION_BUS_ADDRESS"; cat >/dev/null`
  const bus = spawn('dbus-run-session', ['--', 'sh', '-c', script], {
    env: { PATH: box.env.PATH, HOME: box.home, XDG_RUNTIME_DIR: runtime },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const stop = async (): Promise<void> => stopBus(bus)
  onTestFinished(stop)
  const [address] = (await once(createInterface(bus.stdout), 'line')) as [string]
  box.env.DBUS_SESSION_BUS_ADDRESS = address
  return stop
}

/** The bus ends with the script, and the daemon with the bus. */
async function stopBus(bus: ChildProcess): Promise<void> {
  if (bus.exitCode !== null) return
  bus.stdin?.end()
  await once(bus, 'exit')
}

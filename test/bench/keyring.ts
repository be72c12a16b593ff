/** GNOME Keyring on a new message bus, for encrypted sessions; undefined if it is not installed. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface RunningKeyring {
  readonly env: Readonly<Record<string, string>>
  stop(): Promise<void>
}

const SCRIPT =
  "printf 'a password' | gnome-keyring-daemon --unlock --components=secrets >/dev/null; " +
  'echo "$DBUS_SESSION_BUS_ADDRESS"; cat >/dev/null'

export async function startKeyring(): Promise<RunningKeyring | undefined> {
  const programs = ['dbus-run-session', 'gnome-keyring-daemon']
  if (programs.some((each) => spawnSync(each, ['--version']).status !== 0)) return undefined
  const home = mkdtempSync(join(tmpdir(), 'mfa-login-bench-keyring-'))
  const bus = spawn('dbus-run-session', ['--', 'sh', '-c', SCRIPT], {
    env: { PATH: process.env.PATH, HOME: home, XDG_RUNTIME_DIR: home },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const [address] = (await once(createInterface(bus.stdout), 'line')) as [string]
  return {
    env: { DBUS_SESSION_BUS_ADDRESS: address, MFA_LOGIN_CACHE_ENCRYPTION: 'keyring' },
    stop: async () => {
      bus.stdin.end()
      await once(bus, 'exit')
      rmSync(home, { recursive: true, force: true })
    },
  }
}

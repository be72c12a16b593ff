import { accessSync, constants, existsSync } from 'node:fs'
import { homes } from './home.ts'
import { join } from 'node:path'
import type { Context, Debug, Keyring } from '../context.ts'
import { readableEnvironment } from '../non-empty.ts'
import { createDebug } from './debug.ts'
import { createFiles } from './files/files.ts'
import { findProgram } from './process/find-program.ts'
import { parentProgram } from './process/parent-program.ts'
import { write } from './process/output.ts'
import { isTerminal } from './terminal/is-terminal.ts'
import { createOutput } from './terminal/screen.ts'
import { isRenewal, isTerminalTaken } from './process/process-state.ts'

/** Where the program is installed. */
export interface Installation {
  /** The command that starts this program again. */
  readonly self: readonly string[]
  /** Reads the text of package.json. */
  readonly manifest: () => string
  /** The folders in which the launcher `mfa-login-credentials` and the folder `man` may be. */
  readonly folders: readonly string[]
}

export function realContext({ self, manifest, folders }: Installation): Context {
  const env = readableEnvironment(process.env)
  const debug = createDebug(env.MFA_LOGIN_DEBUG !== undefined, (line) => write(2, line))
  const output = createOutput(env)
  return {
    env,
    inherited: process.env,
    ...homes(),
    self,
    get launcher() {
      return launcher(folders)
    },
    manualPage: (name) =>
      folders.map((folder) => join(folder, 'man', `${name}.1`)).find((path) => existsSync(path)),
    get version() {
      return versionIn(manifest())
    },
    aboutInstallation: async () =>
      (await import('./about-installation.ts')).aboutInstallation(self),
    // Modules of Node that most commands do not need are imported where they are used.
    get isInteractive() {
      return isTerminal(0) && isTerminal(2)
    },
    startedAt: Date.now() - process.uptime() * 1000,
    now: () => Date.now(),
    sleep: async (milliseconds, signal) => {
      const { setTimeout: sleep } = process.getBuiltinModule('node:timers/promises')
      await sleep(milliseconds, undefined, signal && { signal }).catch(() => undefined)
    },
    print: output.print,
    report: output.report,
    get columns() {
      return output.columns()
    },
    info: output.info,
    infoOnce: output.infoOnce,
    progress: output.progress,
    readStdin: async () => process.getBuiltinModule('node:stream/consumers').text(process.stdin),
    readStdinLine,
    debug,
    files: createFiles(debug, output.info),
    keyring: keyring(),
    isTerminalTaken,
    get isRenewal() {
      return isRenewal()
    },
    openTerminal: async () => (await import('./terminal/terminal.ts')).openTerminal(),
    ...programs(debug),
    get parentProgram() {
      return parentProgram()
    },
    openBrowser: async (...args) => (await import('./browser.ts')).openBrowser(...args),
    listen: async (answer) => (await import('./loopback-server.ts')).listen(answer),
    aws: async (settings) =>
      (await import('../aws/client.ts')).connectAws(settings, {
        version: versionIn(manifest()),
        debug,
        warn: output.infoOnce,
      }),
  }
}

/** What finds and runs other programs. */
function programs(
  debug: Debug,
): Pick<
  Context,
  'findProgram' | 'shortPath' | 'outputOf' | 'run' | 'runInBackground' | 'converse'
> {
  const processes = async () => (await import('./process/processes.ts')).createProcesses(debug)
  return {
    findProgram: (program) => findProgram(program, process.env),
    shortPath: async (path) => (await import('./short-path.ts')).shortPath(path),
    outputOf: async (...args) => (await processes()).outputOf(...args),
    run: async (...args) => (await processes()).run(...args),
    runInBackground: async (...args) => (await processes()).runInBackground(...args),
    converse: async (...args) => (await processes()).converse(...args),
  }
}

function keyring(): Keyring {
  const load = async () => (await import('./keyring.ts')).keyring
  return {
    read: async (account) => (await load()).read(account),
    write: async (...args) => (await load()).write(...args),
    remove: async (account) => (await load()).remove(account),
  }
}

function versionIn(manifest: string): string {
  return (JSON.parse(manifest) as { version: string }).version
}

function launcher(folders: readonly string[]): string[] {
  if (process.platform === 'win32') return []
  const paths = folders.map((folder) => join(folder, 'mfa-login-credentials'))
  return paths.filter(isExecutable).slice(0, 1)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function readStdinLine(): Promise<string> {
  let text = ''
  process.stdin.setEncoding('utf8')
  // Leaving the loop closes stdin, so that an open pipe does not keep this process.
  for await (const chunk of process.stdin) {
    text += String(chunk)
    if (text.includes('\n')) break
  }
  return text.split('\n')[0] ?? ''
}

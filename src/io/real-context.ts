import { accessSync, constants, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '../context.ts'
import { plain, plainLines } from '../plain.ts'
import { files } from './files.ts'
import { keyring } from './keyring.ts'

/** `root` is the folder of our package.json. */
export function realContext(root: string): Context {
  return {
    env: process.env,
    home: homedir(),
    platform: process.platform,
    self: [process.execPath, process.argv[1] ?? ''],
    get launcher() {
      return launcher(root)
    },
    get version() {
      return ownVersion(root)
    },
    isInteractive: process.stdin.isTTY && process.stderr.isTTY,
    now: () => Date.now(),
    sleep: async (milliseconds, signal) =>
      sleep(milliseconds, undefined, signal && { signal }).catch(() => undefined),
    // Names of AWS's and of files are part of it; nothing of ours has such characters.
    out: (payload) => void process.stdout.write(plainLines(payload)),
    say: (line) => void process.stderr.write(`${plain(line)}\n`),
    readStdin: async () => text(process.stdin),
    files,
    keyring,
    openTerminal: async () => (await import('./terminal.ts')).openTerminal(),
    outputOf: async (commandLine) => (await import('./child.ts')).outputOf(commandLine),
    run: async (command, options) => (await import('./child.ts')).run(command, options),
    runAside: async (command, options) => (await import('./child.ts')).runAside(command, options),
    openBrowser: async (url, failed) => (await import('./browser.ts')).openBrowser(url, failed),
    listen: async (answer) => (await import('./loopback.ts')).listen(answer),
    talkTo: async (command, talk) => (await import('./child.ts')).talkTo(command, talk),
    aws: async (settings) => (await import('./aws.ts')).connectAws(settings),
  }
}

/** Beside the script as it was called, whose path outlives an update, else beside where that leads. */
function launcher(root: string): string[] {
  if (process.platform === 'win32') return []
  const folders = [dirname(process.argv[1] ?? ''), join(root, 'bin')]
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

function ownVersion(root: string): string {
  const manifest = readFileSync(join(root, 'package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

/** npm in an empty home, with the registry that this machine uses. */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { outcomeOf, type Outcome } from './sandbox.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** npm's script: that of the npm that runs the tests, or the one in PATH. */
function npmScript(): string {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const [found = ''] = folders
    .flatMap((folder) => [join(folder, 'npm'), join(folder, 'node_modules/npm/bin/npm-cli.js')])
    .filter((file) => existsSync(file))
    .map((file) => realpathSync(file))
    .filter((file) => file.endsWith('npm-cli.js'))
  return process.env.npm_execpath ?? found
}
const NPM = npmScript()

/** What npm prints here; undefined if it fails. */
export function npmOutput(...args: string[]): string | undefined {
  try {
    const stdio = ['ignore' as const, 'pipe' as const, 'ignore' as const]
    return execFileSync(process.execPath, [NPM, ...args], { cwd: ROOT, encoding: 'utf8', stdio })
  } catch {
    return undefined
  }
}

/** The environment without the settings of npm, AWS and vitest. */
function plainEnvironment(): Record<string, string> {
  const all = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && !/^(npm_|aws_|mfa_|vitest|node_options$)/i.test(name),
  )
  return Object.fromEntries(all) as Record<string, string>
}

/** A home with nothing in it, and an empty folder to work in. */
export class EmptyHome {
  readonly home: string
  readonly folder: string
  readonly #env: Record<string, string>

  constructor() {
    const root = mkdtempSync(join(tmpdir(), 'mfa-login-npm-'))
    onTestFinished(() => rmSync(root, { recursive: true, force: true }))
    this.home = join(root, 'home')
    this.folder = join(root, 'work')
    for (const folder of [this.home, this.folder]) mkdirSync(folder)
    this.#env = {
      ...plainEnvironment(),
      HOME: this.home,
      USERPROFILE: this.home,
      APPDATA: join(this.home, 'AppData'),
      LOCALAPPDATA: join(this.home, 'AppData'),
      PATH: [this.bin, dirname(process.execPath), process.env.PATH ?? ''].join(delimiter),
      npm_config_prefix: this.prefix,
      npm_config_registry: npmOutput('config', 'get', 'registry')?.trim() ?? '',
      npm_config_update_notifier: 'false',
    }
  }

  /** Where npm installs what is global. */
  get prefix(): string {
    return join(this.home, '.local')
  }

  /** Where it puts the commands of that. */
  get bin(): string {
    return process.platform === 'win32' ? this.prefix : join(this.prefix, 'bin')
  }

  /** Where npm puts its global packages. */
  get modules(): string {
    return join(this.prefix, process.platform === 'win32' ? 'node_modules' : 'lib/node_modules')
  }

  /** Runs npm in the folder. */
  npm(...args: string[]): Promise<Outcome> {
    return this.npmIn(this.folder, ...args)
  }
  npmIn(cwd: string, ...args: string[]): Promise<Outcome> {
    return outcomeOf(spawn(process.execPath, [NPM, ...args], { cwd, env: this.#env }))
  }

  /** Runs a line in the system's shell, there or in another folder. */
  run(line: string, cwd = this.folder): Promise<Outcome> {
    return outcomeOf(spawn(line, { cwd, env: this.#env, shell: true }))
  }
}

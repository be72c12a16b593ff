/** How shells and files write variables; pure. */
import { Failure } from '../failure.ts'
import { isPlain, quoteFish, quotePosix, quotePosixIfNeeded, quotePowershell } from './quote.ts'

export interface Syntax {
  /** `set` for people to read: without quotes where the shell needs none. */
  show(name: string, value: string): string
  /** Throws a Failure where the format has no way to write the value. */
  set(name: string, value: string): string
  unset(name: string): string
}

const posix: Syntax = {
  show: (name, value) => `export ${name}=${quotePosixIfNeeded(value)}`,
  set: (name, value) => `export ${name}=${quotePosix(value)}`,
  unset: (name) => `unset ${name}`,
}

const SYNTAXES = {
  bash: posix,
  zsh: posix,
  fish: {
    show: (name, value) => `set -gx ${name} ${isPlain(value) ? value : quoteFish(value)}`,
    set: (name, value) => `set -gx ${name} ${quoteFish(value)}`,
    unset: (name) => `set -e ${name}`,
  },
  powershell: {
    show: (name, value) => `$Env:${name} = ${quotePowershell(value)}`,
    set: (name, value) => `$Env:${name} = ${quotePowershell(value)}`,
    unset: (name) => `Remove-Item -ErrorAction Ignore Env:${name}`,
  },
  cmd: {
    show: (name, value) => `set "${name}=${value}"`,
    // A percent sign is written in one way in a batch file and in another one at the prompt.
    set: (name, value) => `set "${name}=${unchanged(name, value, 'cmd')}"`,
    unset: (name) => `set "${name}="`,
  },
  dotenv: {
    show: (name, value) => `${name}=${value}`,
    // Docker keeps quotes as they are, and the others read them each in their own way.
    set: (name, value) => `${name}=${unchanged(name, value, 'dotenv')}`,
    // A file has nothing to unset.
    unset: (name) => `${name}=`,
  },
} as const satisfies Readonly<Record<string, Syntax>>

/** What every reader of a format takes as it is. `set "…"` of cmd quotes blanks, parentheses and backslashes. */
const UNCHANGED: Readonly<Record<string, RegExp>> = {
  cmd: /^[\w+/=.:,@ ()\\-]*$/,
  dotenv: /^[\w+/=.:,@%-]*$/,
}

/** Whether a shell or format has a way to write a value. */
export function canWrite(format: string, value: string): boolean {
  return UNCHANGED[format]?.test(value) ?? true
}

function unchanged(name: string, value: string, format: string): string {
  if (canWrite(format, value)) return value
  throw new Failure(
    'usage',
    `The value of ${name} has characters that readers of ${format} understand in different ways.`,
    '--shell json, or --shell with the name of another shell',
  )
}

export type ShellName = keyof typeof SYNTAXES

export const SHELLS = Object.keys(SYNTAXES) as readonly ShellName[]

export function isShell(name: string): name is ShellName {
  return Object.hasOwn(SYNTAXES, name)
}

export function syntaxOf(shell: ShellName): Syntax {
  return SYNTAXES[shell]
}

interface System {
  readonly platform: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The shell of the person: the one whose function of shell-init runs us, else the most likely one. */
export function usualShell({ platform, env }: System): ShellName {
  const { MFA_LOGIN_SHELL: name = '', SHELL: shell = '' } = env
  if (isShell(name)) return name
  if (platform === 'win32') return 'powershell'
  return shell.endsWith('/fish') ? 'fish' : 'bash'
}

/** What the person types to set a variable. */
export function setVariable(system: System, name: string, value: string): string {
  return syntaxOf(usualShell(system)).show(name, value)
}

/** What the person types to unset variables. */
export function unsetVariables(system: System, names: readonly string[]): string {
  const shell = usualShell(system)
  // One command takes all of them in these shells.
  if (shell === 'bash' || shell === 'zsh') return `unset ${names.join(' ')}`
  if (shell === 'fish') return `set -e ${names.join(' ')}`
  if (shell === 'powershell') return `Remove-Item ${names.map((name) => `Env:${name}`).join(', ')}`
  return names.map((name) => syntaxOf(shell).unset(name)).join(' & ')
}

/** What starts a shell of the person. */
export function shellCommand({ platform, env }: System): readonly string[] {
  if (platform !== 'win32') return [env.SHELL ?? '/bin/sh']
  return env.MFA_LOGIN_SHELL === 'powershell' ? ['powershell'] : [env.COMSPEC ?? 'cmd.exe']
}

/** How the person has a shell evaluate what a command prints, or keeps it in a file. */
export function evaluate(shell: string, command: string): string {
  if (shell === 'bash' || shell === 'zsh') return `eval "$(${command})"`
  if (shell === 'fish') return `${command} | source`
  if (shell === 'powershell') return `${command} | Out-String | Invoke-Expression`
  return `${command} > FILE`
}

/** Statements as a shell reads them from a program. */
export function lines(statements: readonly string[]): string {
  return statements.map((line) => `${line}\n`).join('')
}

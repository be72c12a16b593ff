/** How shells and files write variables; pure. */
import { Failure } from '../failure.ts'
import { isPlain, quoteFish, quotePosix, quotePosixIfNeeded, quotePowershell } from './quote.ts'
import { rewriteCommand } from './rewrite.ts'
import { shellOfParent, windowsShell, type WindowsSystem } from './windows-shell.ts'

export interface Syntax {
  /** A word of a command for people to read: without quotes where the shell needs none. */
  readonly quote: (word: string) => string
  /** `set` for people to read. */
  show(name: string, value: string): string
  /** Throws a Failure if the format has no way to write the value. */
  set(name: string, value: string): string
  unset(name: string): string
}

const quoteForFish = (word: string): string => (isPlain(word) ? word : quoteFish(word))
const PLAIN_IN_CMD = /^[\w.:/\\=+-]+$/
/** PowerShell reads some words that begin with a digit or a sign, or have one at the end, as a number or an operator. */
const PLAIN_IN_POWERSHELL = /^((--)?[A-Za-z_][\w.:\\-]*(?<![-:])|-[A-Za-z]|\d+)$/

const posix: Syntax = {
  quote: quotePosixIfNeeded,
  show: (name, value) => `export ${name}=${quotePosixIfNeeded(value)}`,
  set: (name, value) => `export ${name}=${quotePosix(value)}`,
  unset: (name) => `unset ${name}`,
}

const SYNTAXES = {
  bash: posix,
  zsh: posix,
  fish: {
    quote: quoteForFish,
    show: (name, value) => `set -gx ${name} ${quoteForFish(value)}`,
    set: (name, value) => `set -gx ${name} ${quoteFish(value)}`,
    // For a variable that is not set, `set -e` fails, and with it the `source` that reads it.
    unset: (name) => `set -e ${name}; or true`,
  },
  powershell: {
    quote: (word) => (PLAIN_IN_POWERSHELL.test(word) ? word : quotePowershell(word)),
    show: (name, value) => `$Env:${name} = ${quotePowershell(value)}`,
    set: (name, value) => `$Env:${name} = ${quotePowershell(value)}`,
    unset: (name) => `Remove-Item -ErrorAction Ignore Env:${name}`,
  },
  cmd: {
    quote: (word) => (PLAIN_IN_CMD.test(word) ? word : `"${word}"`),
    show: (name, value) => `set "${name}=${value}"`,
    // A percent sign is written in one way in a batch file and in another one at the prompt.
    set: (name, value) => `set "${name}=${unchanged(name, value, 'cmd')}"`,
    unset: (name) => `set "${name}="`,
  },
  dotenv: {
    quote: (word) => word,
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

interface System extends WindowsSystem {
  readonly platform: string
}

/** The shell of the person: the one whose function of shell-init runs us, else the most likely one. */
export function usualShell(system: System): ShellName {
  const { MFA_LOGIN_SHELL: name = '', SHELL: shell = '' } = system.env
  if (isShell(name)) return name
  if (system.platform === 'win32') return windowsShell(system)
  return shell.endsWith('/fish') ? 'fish' : 'bash'
}

/** What the person types to set a variable. */
export function setVariable(system: System, name: string, value: string): string {
  return syntaxOf(usualShell(system)).show(name, value)
}

/** What the verbs in braces of a text stand for. */
const FILLERS = {
  set: (system: System, rest: string) => setVariables(system, rest.split(' ')),
  unset: (system: System, rest: string) => unsetVariables(system, rest.split(' ')),
  eval: (system: System, command: string) => evaluate(usualShell(system), command),
  unasked: withoutInput,
  rewrite: rewriteCommand,
}

/**
 * A text in the words of the person's shell: what `setHint`, `unsetHint` and `rewriteHint` stand for and, in examples,
 * `{eval COMMAND}` and `{unasked COMMAND}`.
 */
export function fillInShell(system: System, text: string): string {
  return text.replace(
    /\{(set|unset|eval|unasked|rewrite) ([^{}]+)\}/g,
    (_, verb: keyof typeof FILLERS, rest: string) => FILLERS[verb](system, rest),
  )
}

/** A command that has no input, so that it asks nothing. */
function withoutInput(system: System, command: string): string {
  const shell = usualShell(system)
  if (shell === 'powershell') return `$null | ${command}`
  return `${command} < ${shell === 'cmd' ? 'NUL' : '/dev/null'}`
}

function setVariables(system: System, assignments: readonly string[]): string {
  const shell = usualShell(system)
  if (shell === 'bash' || shell === 'zsh') return `export ${assignments.join(' ')}`
  const each = assignments.map((assignment) => {
    const at = assignment.indexOf('=')
    return syntaxOf(shell).show(assignment.slice(0, at), assignment.slice(at + 1))
  })
  return inTurn(shell, each)
}

function inTurn(shell: ShellName, statements: readonly string[]): string {
  return statements.join(shell === 'cmd' ? ' & ' : '; ')
}

/** What the person types to run a command with a variable. Where a shell can, only the command has it. */
export function commandWith(system: System, name: string, value: string, command: string): string {
  const shell = usualShell(system)
  const syntax = syntaxOf(shell)
  return shell === 'powershell' || shell === 'cmd'
    ? inTurn(shell, [syntax.show(name, value), command])
    : `${name}=${syntax.quote(value)} ${command}`
}

/** What the person types to unset variables. */
export function unsetVariables(system: System, names: readonly string[]): string {
  const shell = usualShell(system)
  // One command takes all of them in these shells.
  if (shell === 'bash' || shell === 'zsh') return `unset ${names.join(' ')}`
  if (shell === 'fish') return `set -e ${names.join(' ')}`
  if (shell === 'powershell')
    return `Remove-Item -ErrorAction Ignore ${names.map((name) => `Env:${name}`).join(', ')}`
  return names.map((name) => syntaxOf(shell).unset(name)).join(' & ')
}

/** What starts a shell of the person. */
export function shellCommand(system: System): readonly string[] {
  const { platform, env } = system
  if (platform !== 'win32') return [env.SHELL ?? '/bin/sh']
  const shell = usualShell(system)
  if (shell === 'cmd') return [env.COMSPEC ?? 'cmd.exe']
  if (shell !== 'powershell') return [env.SHELL ?? 'bash']
  // PowerShell 5 or 7.
  const { parentProgram = '' } = system
  return [shellOfParent(parentProgram) === 'powershell' ? parentProgram : 'powershell']
}

/** How the person has a shell evaluate what a command prints, or keeps it in a file. */
export function evaluate(shell: string, command: string): string {
  if (shell === 'bash' || shell === 'zsh') return `eval "$(${command})"`
  if (shell === 'fish') return `${command} | source`
  if (shell === 'powershell') return `${command} | Out-String | Invoke-Expression`
  // At the prompt; a batch file needs %%v.
  if (shell === 'cmd') return `for /f "delims=" %v in ('${command}') do @%v`
  return `${command} > FILE`
}

/** Statements as a shell reads them from a program. */
export function lines(statements: readonly string[]): string {
  return statements.map((line) => `${line}\n`).join('')
}

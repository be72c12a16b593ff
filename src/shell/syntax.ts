/** How shells and files write variables; pure. */
import { Failure } from '../failure.ts'
import { quoteFish, quotePosix, quotePowershell } from './quote.ts'

export interface Syntax {
  /** Throws a Failure where the format has no way to write the value. */
  set(name: string, value: string): string
  unset(name: string): string
}

const posix: Syntax = {
  set: (name, value) => `export ${name}=${quotePosix(value)}`,
  unset: (name) => `unset ${name}`,
}

const SYNTAXES = {
  bash: posix,
  zsh: posix,
  fish: {
    set: (name, value) => `set -gx ${name} ${quoteFish(value)}`,
    unset: (name) => `set -e ${name}`,
  },
  powershell: {
    set: (name, value) => `$Env:${name} = ${quotePowershell(value)}`,
    unset: (name) => `Remove-Item -ErrorAction Ignore Env:${name}`,
  },
  cmd: {
    // A percent sign is written in one way in a batch file and in another one at the prompt.
    set: (name, value) => `set "${name}=${plain(name, value, 'cmd', /^[\w+/=.:,@-]*$/)}"`,
    unset: (name) => `set "${name}="`,
  },
  dotenv: {
    // Docker keeps quotes as they are, and the others read them each in their own way.
    set: (name, value) => `${name}=${plain(name, value, 'dotenv', /^[\w+/=.:,@%-]*$/)}`,
    // A file has nothing to unset.
    unset: (name) => `${name}=`,
  },
} as const satisfies Readonly<Record<string, Syntax>>

/** A value that every reader takes as it is. */
function plain(name: string, value: string, format: string, allowed: RegExp): string {
  if (allowed.test(value)) return value
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

/** The shell a person most likely has. */
export function usualShell(platform: string, shell: string | undefined): ShellName {
  if (platform === 'win32') return 'powershell'
  return shell?.endsWith('/fish') === true ? 'fish' : 'bash'
}

interface System {
  readonly platform: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What starts a shell of the person. */
export function shellCommand({ platform, env }: System): readonly string[] {
  if (platform !== 'win32') return [env.SHELL ?? '/bin/sh']
  return env.MFA_LOGIN_SHELL === 'powershell' ? ['powershell'] : [env.COMSPEC ?? 'cmd.exe']
}

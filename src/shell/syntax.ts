/** How shells and files write variables; pure. */
import { quoteFish, quotePosix, quotePowershell } from './quote.ts'

export interface Syntax {
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
    // Within double quotes only the percent sign is special; no region or credential has one.
    set: (name, value) => `set "${name}=${value}"`,
    unset: (name) => `set "${name}="`,
  },
  dotenv: {
    set: (name, value) => `${name}=${value}`,
    // A file has nothing to unset.
    unset: (name) => `${name}=`,
  },
} as const satisfies Readonly<Record<string, Syntax>>

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

/** What a shell's start-up file takes in: a function, and completions; pure. */
import { fishCompletion } from './completions/fish.ts'
import type { CommandToComplete } from './completions/offers.ts'
import { bashCompletion, zshCompletion } from './completions/posix.ts'
import { powershellCompletion } from './completions/powershell.ts'
import { quoteFish, quotePosix, quotePowershell } from './quote.ts'
import type { ShellName } from './syntax.ts'

export type InitShell = Exclude<ShellName, 'cmd' | 'dotenv'>

interface InitParts {
  readonly quote: (word: string) => string
  readonly completion: (commands: readonly CommandToComplete[]) => string
  /** Makes `use` change the shell; `program` is the command line that starts this program. */
  readonly wrapper: (program: string) => string
  /** What the file of the completions is called where the shell looks for it, or a profile names it. */
  readonly file: string
}

const SHELLS: Readonly<Record<InitShell, InitParts>> = {
  bash: {
    quote: quotePosix,
    completion: bashCompletion,
    wrapper: posixFunction('bash'),
    file: 'bash/mfa-login',
  },
  zsh: {
    quote: quotePosix,
    completion: zshCompletion,
    wrapper: posixFunction('zsh'),
    file: 'zsh/_mfa-login',
  },
  fish: {
    quote: quoteFish,
    completion: fishCompletion,
    wrapper: fishFunction,
    file: 'fish/mfa-login.fish',
  },
  powershell: {
    quote: quotePowershell,
    completion: powershellCompletion,
    wrapper: powershellFunction,
    file: 'powershell/mfa-login.ps1',
  },
}

export const INIT_SHELLS = Object.keys(SHELLS) as readonly InitShell[]

/** `self` is the command that starts this program. */
export function initScript(
  shell: InitShell,
  self: readonly string[],
  commands: readonly CommandToComplete[],
): string {
  const { quote, completion, wrapper } = SHELLS[shell]
  const parts = [wrapper(self.map(quote).join(' ')), completion(commands)]
  return `${parts.map((part) => part.trim()).join('\n')}\n`
}

/** The completions alone, as a package installs them. */
export function completionFile(
  shell: InitShell,
  commands: readonly CommandToComplete[],
): { readonly path: string; readonly text: string } {
  const { completion, file: path } = SHELLS[shell]
  const text = `${completion(commands).trim()}\n`
  return { path, text: shell === 'zsh' ? autoloaded(text) : text }
}

/** zsh reads the file as the body of a function when it first completes (zshcompsys, Autoloaded files). */
function autoloaded(text: string): string {
  return `#compdef mfa-login\n${text}[[ $funcstack[1] != _mfa-login ]] || _mfa_login "$@"\n`
}

function posixFunction(shell: 'bash' | 'zsh') {
  return (program: string): string => `
mfa-login() {
  if [ "\${1-}" = use ] && [[ " $* " != *' --help '* && " $* " != *' -h '* ]]; then
    shift
    local change
    change="$(MFA_LOGIN_SHELL=${shell} ${program} use --shell ${shell} "$@")" || return
    eval "$change"
  else
    MFA_LOGIN_SHELL=${shell} ${program} "$@"
  fi
}`
}

function fishFunction(program: string): string {
  return `
function mfa-login
  if test "$argv[1]" = use; and not contains -- --help $argv; and not contains -- -h $argv
    set -l change (MFA_LOGIN_SHELL=fish ${program} use --shell fish $argv[2..-1]); or return
    printf '%s\\n' $change | source
  else
    MFA_LOGIN_SHELL=fish ${program} $argv
  end
end`
}

function powershellFunction(program: string): string {
  return `
function mfa-login {
  $before = $Env:MFA_LOGIN_SHELL
  $Env:MFA_LOGIN_SHELL = 'powershell'
  try {
    if ($args.Count -gt 0 -and $args[0] -eq 'use' -and -not ($args -contains '--help' -or $args -contains '-h')) {
      $rest = $args | Select-Object -Skip 1
      $change = & ${program} use --shell powershell @rest
      if ($LASTEXITCODE -eq 0) { $change | Out-String | Invoke-Expression }
    } elseif ($MyInvocation.ExpectingInput) {
      $input | & ${program} @args
    } else {
      & ${program} @args
    }
  } finally { $Env:MFA_LOGIN_SHELL = $before }
}`
}

/** What a shell's start-up file takes in: a function, completions, the prompt's segment; pure. */
import {
  bashCompletion,
  fishCompletion,
  fishQuoted,
  optionsOf,
  zshCompletion,
  type Completed,
} from './completions.ts'
import type { ShellName } from './syntax.ts'

export interface InitOptions {
  /** The command that starts this program. */
  readonly self: readonly string[]
  readonly commands: readonly Completed[]
}

export type InitShell = Exclude<ShellName, 'cmd' | 'dotenv'>

export function initScript(shell: InitShell, words: InitOptions): string {
  return `${SCRIPTS[shell](words).trim()}\n`
}

const SCRIPTS: Readonly<Record<InitShell, (words: InitOptions) => string>> = {
  bash: (words) =>
    `${posixFunction('bash', words)}\n${bashCompletion(words.commands, INIT_SHELLS)}`,
  zsh: (words) => `${posixFunction('zsh', words)}\n${zshCompletion(words.commands, INIT_SHELLS)}`,
  fish: fishScript,
  powershell: powershellScript,
}

export const INIT_SHELLS = Object.keys(SCRIPTS) as readonly InitShell[]

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}

function posixFunction(shell: 'bash' | 'zsh', { self }: InitOptions): string {
  return `
mfa-login() {
  if [ "\${1-}" = use ] && [[ " $* " != *' --help '* && " $* " != *' -h '* ]]; then
    shift
    local change
    change="$(${self.map(quoted).join(' ')} use --shell ${shell} "$@")" || return
    eval "$change"
  else
    ${self.map(quoted).join(' ')} "$@"
  fi
}`
}

function fishScript({ self, commands }: InitOptions): string {
  const program = self.map(fishQuoted).join(' ')
  return `
function mfa-login
  if test "$argv[1]" = use; and not contains -- --help $argv; and not contains -- -h $argv
    set -l change (${program} use --shell fish $argv[2..-1]); or return
    printf '%s\\n' $change | source
  else
    ${program} $argv
  end
end
${fishCompletion(commands, INIT_SHELLS)}`
}

function powershellScript({ self, commands }: InitOptions): string {
  const program = self.map((word) => `'${word.replaceAll("'", "''")}'`).join(' ')
  const all = commands.flatMap((each) => [...each.name.split(' '), ...optionsOf(each)])
  const words = [...new Set(all)].map((word) => `'${word}'`).join(', ')
  return `
function mfa-login {
  if ($args.Count -gt 0 -and $args[0] -eq 'use' -and -not ($args -contains '--help' -or $args -contains '-h')) {
    $rest = $args | Select-Object -Skip 1
    $change = & ${program} use --shell powershell @rest
    if ($LASTEXITCODE -eq 0) { $change | Out-String | Invoke-Expression }
  } else { & ${program} @args }
}
Register-ArgumentCompleter -Native -CommandName mfa-login -ScriptBlock {
  param($word)
  @(${words}) | Where-Object { $_ -like "$word*" }
}`
}

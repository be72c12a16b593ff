/** What a shell's start-up file takes in: a function, completions, the prompt's segment; pure. */
import type { ShellName } from './syntax.ts'

export interface Words {
  /** The command that starts this program. */
  readonly self: readonly string[]
  readonly commands: readonly string[]
  /** Options with their dashes, of all commands. */
  readonly options: readonly string[]
}

export type InitShell = Exclude<ShellName, 'cmd' | 'dotenv'>

export function initScript(shell: InitShell, words: Words): string {
  return `${SCRIPTS[shell](words).trim()}\n`
}

const SCRIPTS: Readonly<Record<InitShell, (words: Words) => string>> = {
  bash: (words) => `${posixFunction('bash', words)}\n${bashCompletion(words)}`,
  zsh: (words) => `${posixFunction('zsh', words)}\n${zshCompletion(words)}`,
  fish: fishScript,
  powershell: powershellScript,
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}

function listed(words: readonly string[]): string {
  return words.join(' ')
}

const FILES =
  '"${AWS_CONFIG_FILE:-$HOME/.aws/config}" "${AWS_SHARED_CREDENTIALS_FILE:-$HOME/.aws/credentials}"'

/** Prints the names in files. Only plain ones: `compgen -W` of bash expands what it is given. */
function profilesIn(files: string): string {
  const sections = String.raw`-e 's/^\[profile  *\([^]]*\)\].*/\1/p' -e 's/^\[\([^] ]*\)\].*/\1/p'`
  return `sed -n ${sections} ${files} 2>/dev/null | grep -x '[A-Za-z0-9_@+.%:/-]*' | sort -u`
}

const PROFILES = profilesIn(FILES)

function posixFunction(shell: 'bash' | 'zsh', { self }: Words): string {
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

function bashCompletion({ commands, options }: Words): string {
  return `
_mfa_login() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  case "$before" in
    -p|--profile|use) COMPREPLY=($(compgen -W "$(${PROFILES})" -- "$word")) ;;
    *)
      case "$word" in
        -*) COMPREPLY=($(compgen -W '${listed(options)}' -- "$word")) ;;
        *) COMPREPLY=($(compgen -W '${listed(wordsOf(commands))}' -- "$word")) ;;
      esac
  esac
}
complete -o default -F _mfa_login mfa-login`
}

/** Its status says whether there are matches, else zsh beeps and looks again (zshcompsys, _main_complete). */
function zshCompletion({ commands, options }: Words): string {
  return `
_mfa_login() {
  local found=1
  case "\${words[CURRENT-1]}" in
    -p|--profile|use) compadd -- \${(f)"$(${PROFILES})"} ;;
    *)
      if [[ "\${words[CURRENT]}" = -* ]]; then compadd -- ${listed(options)}
      else
        compadd -- ${listed(wordsOf(commands))} && found=0
        _files && found=0
        return found
      fi
  esac
}
(( $+functions[compdef] )) && compdef _mfa_login mfa-login`
}

function fishScript({ self, commands, options }: Words): string {
  const program = self.map((word) => `'${word.replaceAll(/[\\']/g, String.raw`\$&`)}'`).join(' ')
  return `
function mfa-login
  if test "$argv[1]" = use; and not contains -- --help $argv; and not contains -- -h $argv
    set -l change (${program} use --shell fish $argv[2..-1]); or return
    printf '%s\\n' $change | source
  else
    ${program} $argv
  end
end
function __mfa_login_profiles
  set -l config $HOME/.aws/config; set -q AWS_CONFIG_FILE; and set config $AWS_CONFIG_FILE
  set -l credentials $HOME/.aws/credentials; set -q AWS_SHARED_CREDENTIALS_FILE; and set credentials $AWS_SHARED_CREDENTIALS_FILE
  ${profilesIn('$config $credentials')}
end
complete -c mfa-login -f -a '${listed(wordsOf(commands))}'
complete -c mfa-login -f -n '__fish_seen_subcommand_from use' -a '(__mfa_login_profiles)'
complete -c mfa-login -f -s p -l profile -x -a '(__mfa_login_profiles)'
${options
  .filter((option) => option.startsWith('--') && option !== '--profile')
  .map((option) => `complete -c mfa-login -l ${option.slice(2)}`)
  .join('\n')}`
}

function powershellScript({ self, commands, options }: Words): string {
  const program = self.map((word) => `'${word.replaceAll("'", "''")}'`).join(' ')
  const words = [...wordsOf(commands), ...options].map((word) => `'${word}'`).join(', ')
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

/** `device list` and `device enroll` are completed word by word. */
function wordsOf(commands: readonly string[]): string[] {
  return [...new Set(commands.flatMap((name) => name.split(' ')))]
}

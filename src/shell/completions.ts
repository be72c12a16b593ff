/** What shells offer behind `mfa-login`: commands, each one's own options, profiles, files; pure. */
import type { Command } from '../command.ts'

export interface Completed extends Pick<Command, 'options' | 'operand' | 'rest'> {
  /** Of one word or two. */
  readonly name: string
  readonly summary: string
}

const FILES =
  '"${AWS_CONFIG_FILE:-$HOME/.aws/config}" "${AWS_SHARED_CREDENTIALS_FILE:-$HOME/.aws/credentials}"'

/** Prints the names in files. Only plain ones: `compgen -W` of bash expands what it is given. */
function profilesIn(files: string): string {
  const sections = String.raw`-e 's/^\[profile  *\([^]]*\)\].*/\1/p' -e 's/^\[\([^] ]*\)\].*/\1/p'`
  return `sed -n ${sections} ${files} 2>/dev/null | grep -x '[A-Za-z0-9_@+.%:/-]*' | sort -u`
}

const PROFILES = profilesIn(FILES)

function firstWords(commands: readonly Completed[]): string[] {
  return [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''))]
}

export function optionsOf({ options }: Pick<Completed, 'options'>): string[] {
  return [...Object.keys(options), 'help'].map((name) => `--${name}`).sort()
}

/** Groups, whose commands have two words. */
function groupsOf(commands: readonly Completed[]): Map<string, Completed[]> {
  const groups = new Map<string, Completed[]>()
  for (const each of commands.filter(({ name }) => name.includes(' '))) {
    const [group = ''] = each.name.split(' ')
    groups.set(group, [...(groups.get(group) ?? []), each])
  }
  return groups
}

function secondWord({ name }: Completed): string {
  return name.split(' ')[1] ?? ''
}

/** For bash and zsh: prints what fits behind the words before, `options` or `words`. */
function posixWords(commands: readonly Completed[], shells: readonly string[]): string {
  const options = commands.map((each) => {
    return `    '${each.name} '*) echo '${optionsOf(each).join(' ')}' ;;`
  })
  const login = commands.find(({ name }) => name === 'login') ?? { options: {} }
  const words = [...groupsOf(commands)].map(
    ([group, each]) => `    '${group} ') echo '${each.map(secondWord).join(' ')}' ;;`,
  )
  return `
_mfa_login_options() {
  case "$* " in
${options.join('\n')}
    *) echo '${[...optionsOf(login), '--version'].sort().join(' ')}' ;;
  esac
}
_mfa_login_words() {
  case "$* " in
    ' ') echo '${firstWords(commands).join(' ')}' ;;
${words.join('\n')}
    'shell-init ') echo '${shells.join(' ')}' ;;
  esac
}`
}

export function bashCompletion(commands: readonly Completed[], shells: readonly string[]): string {
  return `${posixWords(commands, shells)}
_mfa_login() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  local words=("\${COMP_WORDS[@]:1:COMP_CWORD-1}")
  case "$before" in
    -p|--profile|use) COMPREPLY=($(compgen -W "$(${PROFILES})" -- "$word")) ;;
    *)
      case "$word" in
        -*) COMPREPLY=($(compgen -W "$(_mfa_login_options "\${words[@]}")" -- "$word")) ;;
        *) COMPREPLY=($(compgen -W "$(_mfa_login_words "\${words[@]}")" -- "$word")) ;;
      esac
  esac
}
complete -o default -F _mfa_login mfa-login`
}

/** Its status says whether there are matches, else zsh beeps and looks again (zshcompsys, _main_complete). */
export function zshCompletion(commands: readonly Completed[], shells: readonly string[]): string {
  return `${posixWords(commands, shells)}
_mfa_login() {
  local found=1
  local before=("\${(@)words[2,CURRENT-1]}")
  case "\${words[CURRENT-1]}" in
    -p|--profile|use) compadd -- \${(f)"$(${PROFILES})"} ;;
    *)
      if [[ "\${words[CURRENT]}" = -* ]]; then compadd -- \${=$(_mfa_login_options "\${before[@]}")}
      else
        compadd -- \${=$(_mfa_login_words "\${before[@]}")} && found=0
        _files && found=0
        return found
      fi
  esac
}
(( $+functions[compdef] )) && compdef _mfa_login mfa-login`
}

/** fish, "Quotes": within single quotes only \' and \\ are special. */
export function fishQuoted(word: string): string {
  return `'${word.replaceAll(/[\\']/g, String.raw`\$&`)}'`
}

export function fishCompletion(commands: readonly Completed[], shells: readonly string[]): string {
  const login = commands.filter(({ name }) => name === 'login')
  const groups = [...groupsOf(commands)].map(([group, each]) =>
    each.map((one) => fishLine(`__mfa_login_at ${group}`, secondWord(one), one.summary)),
  )
  const first = firstWords(commands).map((word) => {
    const summary = commands.find(({ name }) => name === word)?.summary
    return fishLine('__mfa_login_at', word, summary ?? '')
  })
  return `
function __mfa_login_profiles
  set -l config $HOME/.aws/config; set -q AWS_CONFIG_FILE; and set config $AWS_CONFIG_FILE
  set -l credentials $HOME/.aws/credentials; set -q AWS_SHARED_CREDENTIALS_FILE; and set credentials $AWS_SHARED_CREDENTIALS_FILE
  ${profilesIn('$config $credentials')}
end
# Whether the words so far are just these.
function __mfa_login_at
  set -l words (commandline -opc)
  test "$words[2..-1]" = "$argv"
end
# Whether they begin with these.
function __mfa_login_in
  set -l words (commandline -opc)
  set -l last (math 1 + (count $argv))
  test "$words[2..$last]" = "$argv"
end
# Whether no command is named, so that it is login.
function __mfa_login_bare
  set -l words (commandline -opc)
  not set -q words[2]; or string match -q -- '-*' $words[2]
end
complete -c mfa-login -f
${[...first, ...groups.flat()].join('\n')}
${login.map((each) => fishOptions(each, '__mfa_login_bare')).join('\n')}
complete -c mfa-login -n __mfa_login_bare -l version
${commands.map((each) => fishCommand(each, shells)).join('\n')}`
}

function fishLine(condition: string, word: string, about: string): string {
  return `complete -c mfa-login -n '${condition}' -a ${word} -d ${fishQuoted(about)}`
}

function fishCommand(each: Completed, shells: readonly string[]): string {
  const condition = `__mfa_login_in ${each.name}`
  const offered = { PROFILE: "-a '(__mfa_login_profiles)'", SHELL: `-a '${shells.join(' ')}'` }
  const { value = '' } = each.operand ?? {}
  const lines = [fishOptions(each, condition)]
  if (value in offered) {
    const words = offered[value as keyof typeof offered]
    lines.push(`complete -c mfa-login -n '${condition}' ${words}`)
  }
  if (value === 'FILE') lines.push(`complete -c mfa-login -n '${condition}' -F`)
  if (each.rest !== undefined) {
    const skipped = 1 + each.name.split(' ').length
    const command = `__fish_complete_subcommand --fcs-skip=${skipped} ${withValues(each).join(' ')}`
    lines.push(`complete -c mfa-login -n '${condition}' -a '(${command})'`)
  }
  return lines.join('\n')
}

function withValues({ options }: Completed): string[] {
  return Object.entries(options).flatMap(([name, { value, short }]) =>
    value === undefined ? [] : [`--${name}`, ...(short === undefined ? [] : [`-${short}`])],
  )
}

function fishOptions({ options, rest }: Completed, named: string): string {
  // Behind -- they are another command's.
  const condition =
    rest === undefined ? named : `${named}; and not contains -- -- (commandline -opc)`
  const lines = Object.entries(options).map(([name, { short, value, about }]) => {
    const words = [`-n '${condition}'`, ...(short === undefined ? [] : [`-s ${short}`])]
    words.push(`-l ${name}`, `-d ${fishQuoted(about)}`)
    if (value === 'FILE') words.push('-r -F')
    else if (value !== undefined) words.push('-x')
    if (name === 'profile') words.push("-a '(__mfa_login_profiles)'")
    return `complete -c mfa-login ${words.join(' ')}`
  })
  return [...lines, `complete -c mfa-login -n '${condition}' -s h -l help`].join('\n')
}

/** Completions of bash and zsh, which share the function that knows the commands; pure. */
import { quotePosix } from '../quote.ts'
import { offerTables, profilesCommand, type CommandToComplete, type Offer } from './offers.ts'

const PROFILES = profilesCommand(
  '"${AWS_CONFIG_FILE:-$HOME/.aws/config}" "${AWS_SHARED_CREDENTIALS_FILE:-$HOME/.aws/credentials}"',
)

/** bash breaks words at = : and @, and replaces what is behind the last = or :, or from the last @ on (COMP_WORDBREAKS). */
export function bashCompletion(commands: readonly CommandToComplete[]): string {
  return `${offerFunction(commands)}
_mfa_login() {
  local part="\${COMP_WORDS[COMP_CWORD]}" word offer each last= kept breaks='^[=:@]+$'
  local -a all=()
  for each in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if [[ -n $last && -n $each && ( $each =~ $breaks || $last =~ $breaks ) ]]; then
      all[\${#all[@]}-1]+="$each"
    else
      all+=("$each")
    fi
    last="$each"
  done
  word="\${all[\${#all[@]}-1]}"
  unset "all[\${#all[@]}-1]"
  case "$word" in --*=*) all+=("\${word%%=*}"); word="\${word#*=}" ;; esac
  offer="$(_mfa_login_offer "$word" "\${all[@]}")"
  case "$offer" in
    @profiles) offer="$(${PROFILES})" ;;
    @*) offer= ;;
    *) offer=\${offer// /$'\\n'} ;;
  esac
  kept="\${word##*[=:]}"
  case "$kept" in *@*) kept="@\${kept##*@}" ;; esac
  [[ $part == "$word" ]] && kept="$word"
  COMPREPLY=()
  while IFS= read -r each; do
    # Inside quotes, bash takes a name as it is.
    case "$word" in
      [\\'\\"]*) [[ $each == "\${word:1}"* ]] || continue ;;
      *) [ -z "$each" ] || printf -v each %q "$each"; [[ $each == "$word"* ]] || continue ;;
    esac
    [ -z "$each" ] || COMPREPLY+=("$each")
  done <<<"$offer"
  COMPREPLY=("\${COMPREPLY[@]#"\${word%"$kept"}"}")
}
complete -o default -F _mfa_login mfa-login`
}

/** Its status says whether there are matches, else zsh beeps and looks again (zshcompsys, _main_complete). */
export function zshCompletion(commands: readonly CommandToComplete[]): string {
  return `${offerFunction(commands)}
_mfa_login() {
  local offer="$(_mfa_login_offer "\${words[CURRENT]}" "\${(@)words[2,CURRENT-1]}")"
  case "$offer" in
    @profiles) compadd -- \${(f)"$(${PROFILES})"} ;;
    @files) _files ;;
    @nothing) return 1 ;;
    *) compadd -- \${=offer} ;;
  esac
}
(( $+functions[compdef] )) && compdef _mfa_login mfa-login`
}

/** Prints what may stand for the word $1 behind the words from $2 on: words, or a mark. */
function offerFunction(commands: readonly CommandToComplete[]): string {
  const { flags, values, words, operands } = offerTables(commands)
  const pairs = commands.flatMap(({ name }) => (name.includes(' ') ? [quotePosix(name)] : []))
  const others = commands.filter(({ rest }) => rest !== undefined).map(({ name }) => name)
  return `
_mfa_login_offer() {
  local word="$1" command=login before= each
  shift
  case "\${1-} \${2-}" in
    ${pairs.join('|')}) command="$1 $2" ;;
    -*|' ') ;;
    *) command="$1" ;;
  esac
  for each do before="$each"; done
  case "$command $* " in
${others.map((name) => `    ${quotePosix(`${name} `)}*' -- '*) echo @files; return ;;`).join('\n')}
  esac
  case "$command $before" in
${cases(values)}
  esac
  case "$word" in -*)
    [ $# -eq 0 ] && echo --version
    case "$command" in
${cases(flags)}
    esac
  esac
  case "$*" in
${cases(words)}
  esac
  case "$command" in
${cases(operands)}
  esac
}`
}

/** The branches of a \`case\`; those that offer the same are one. */
function cases(offers: readonly (readonly [pattern: string, offer: Offer])[]): string {
  const patterns = new Map<string, string[]>()
  for (const [pattern, offer] of offers) {
    const words = offer.join(' ')
    patterns.set(words, [...(patterns.get(words) ?? []), quotePosix(pattern)])
  }
  const lines = Array.from(patterns, ([words, all]) => {
    return `    ${all.join('|')}) echo ${quotePosix(words)}; return ;;`
  })
  return lines.join('\n')
}

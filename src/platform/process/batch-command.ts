/** How arguments reach a batch file of Windows unchanged. It is pure. */

/** What needs no quotation marks, neither for cmd nor in `if "%1" == "x"` of a batch file. */
const SAFE = /^[\w#$*+\-./:?@\\]*[\w#$*+\-./:?@]$/

/**
 * The options of `cmd` that run a batch file, to be passed as they are. Quoted as Rust's standard library does it
 * (library/std/src/sys/args/windows.rs, `make_bat_command_line`), not with `^` as cross-spawn does: a batch file passes
 * `%*` on, and so cmd parses the arguments once more for each of them. A line break cannot be quoted.
 */
export function batchArguments(path: string, args: readonly string[]): string {
  const words = [quote(path), ...args.map((each) => (SAFE.test(each) ? each : quote(each)))]
  return `/d /e:ON /v:OFF /s /c "${words.join(' ')}"`
}

/**
 * Between quotation marks, and those doubled, so that cmd never finds an `&` outside of them; a backslash before one
 * would escape it for the program. `%cd:~,%` is an empty text that separates a `%` from the name of a variable.
 */
function quote(text: string): string {
  const doubled = text.replace(/(\\*)("|$)/g, (_, slashes: string, mark: string) => {
    return slashes + slashes + mark + mark
  })
  return `"${doubled.replaceAll('%', '%%cd:~,%')}"`
}

/** The command that rewrites a file as UTF-8 without a byte order mark; pure. */
import { quotePosix, quotePowershell } from './quote.ts'

/** `{rewrite ENCODING PATH}`. Keeps the mode of the file, and a symbolic link to it. */
export function rewriteCommand({ platform }: { readonly platform: string }, rest: string): string {
  const [, encoding = '', path = ''] = /^(\S+) (.*)$/s.exec(rest) ?? []
  if (platform === 'win32') {
    // PowerShell 5, from every shell. .NET recognizes byte order marks; others are of the code page of Windows.
    const name = quotePowershell(path)
    const read = encoding === 'LATIN1' ? `${name}, [Text.Encoding]::Default` : name
    return `powershell -Command "[IO.File]::WriteAllText(${name}, [IO.File]::ReadAllText(${read}))"`
  }
  const filter = encoding === 'UTF-8' ? 'tail -c +4' : `iconv -f ${encoding} -t UTF-8`
  const script = `umask 077; ${filter} "${path}" >"${path}.new" && cat "${path}.new" >"${path}" && rm "${path}.new"`
  // fish has no subshells.
  return `sh -c ${quotePosix(script)}`
}

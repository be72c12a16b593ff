import { Failure } from '../failure.ts'
import { isSpecial, needsQuotes, type LineProgram } from './line-program.ts'
import { profileValues, type ProfileFiles } from './values.ts'

/** The installation whose shim is in PATH. */
export const GLOBAL_INSTALL = 'npm install --global mfa-login'

/** True for a `credential_process` line that `setup` wrote. */
export function isOurProcess(line: string): boolean {
  return /mfa-login(\.js|\.cmd|\.exe)?["']? credential-process( |$)/.test(line)
}

/** Whether AWS tools get the credentials of a profile from such a line. */
export function isServedByUs(files: ProfileFiles, profile: string): boolean {
  return isOurProcess(profileValues(files, profile).get('credential_process') ?? '')
}

/** The words of a command line, without their quotes. */
export function splitCommandLine(line: string): string[] {
  return Array.from(
    line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g),
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  )
}

/**
 * The credential_process line, which every SDK runs in the same way: double quotes only where a word needs them, and
 * no character that is special in a shell or an INI file. Throws a Failure where a path has such a character.
 */
export function processLine({ platform, words: program }: LineProgram, profile: string): string {
  const words = [...program, 'credential-process', '--profile', profile]
  const special = words.find((word) => isSpecial(word, platform))
  if (special !== undefined) {
    throw new Failure(
      'files',
      `${special} has characters that AWS SDKs handle differently.`,
      `install mfa-login under a plain path: ${GLOBAL_INSTALL}`,
    )
  }
  return words.map((word) => (needsQuotes(word, platform) ? `"${word}"` : word)).join(' ')
}

/** Whether a line that `setup` wrote has quotation marks before its command. On Windows, Go tools cannot run it. */
export function hasQuotedPath(line: string): boolean {
  return (line.split(' credential-process')[0] ?? '').includes('"')
}

import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'

/** True for a `credential_process` line that `setup` wrote. */
export function isOurProcess(line: string): boolean {
  return /mfa-login(\.js|\.cmd|\.exe)?["']? credential-process( |$)/.test(line)
}

/** The words of a command line, without their quotes. */
export function splitCommandLine(line: string): string[] {
  return Array.from(
    line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g),
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  )
}

/**
 * The credential_process line every SDK runs alike: absolute paths, double quotes only round
 * blanks, and none of the characters a shell or an INI reader takes for its own.
 */
export function processLine(
  { launcher, self }: Pick<Context, 'launcher' | 'self'>,
  profile: string,
): string {
  const words = [...self, 'credential-process', '--profile', profile]
  const strange = words.find(isStrange)
  if (strange !== undefined) {
    throw new Failure(
      'files',
      `${strange} has characters that AWS SDKs run differently.`,
      'install mfa-login under a plain path: npm install --global mfa-login',
    )
  }
  // It only saves time; package managers may have put it where the program itself is not.
  const all = launcher.some(isStrange) ? words : [...launcher, ...words]
  return all.map((word) => (/\s/.test(word) ? `"${word}"` : word)).join(' ')
}

function isStrange(word: string): boolean {
  return /["'`~$%#;&|<>*?!(){}[\]^\n]/.test(word)
}

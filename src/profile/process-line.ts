import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { profileValues, type ProfileFiles } from './values.ts'

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
 * The credential_process line, which every SDK runs in the same way: absolute paths, double quotes only around
 * spaces, and no character that is special in a shell or an INI file.
 */
export function processLine(
  { launcher, self }: Pick<Context, 'launcher' | 'self'>,
  profile: string,
): string {
  const words = [...self, 'credential-process', '--profile', profile]
  const special = words.find(isSpecial)
  if (special !== undefined) {
    throw new Failure(
      'files',
      `${special} has characters that AWS SDKs do not all run in the same way.`,
      'install mfa-login under a plain path: npm install --global mfa-login',
    )
  }
  // It only saves time; package managers may have put it where the program itself is not.
  const all = launcher.some(isSpecial) ? words : [...launcher, ...words]
  return all.map((word) => (/\s/.test(word) ? `"${word}"` : word)).join(' ')
}

function isSpecial(word: string): boolean {
  return /["'`~$%#;&|<>*?!(){}[\]^\n]/.test(word)
}

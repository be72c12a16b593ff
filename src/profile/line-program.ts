/** What a credential_process line starts, and how it is written on this system. */
import { win32 } from 'node:path'
import type { Context } from '../context.ts'

/** The words that start this program in a line, for the platform whose shell runs it. */
export interface LineProgram {
  readonly platform: string
  readonly words: readonly string[]
}

/** The shim that npm puts beside its global packages. */
const SHIM = 'mfa-login.cmd'

/**
 * On Windows, the Go SDK escapes quotation marks in a way that cmd does not understand (aws-sdk-go-v2#2273), so a
 * line should have none: the shim by its name or, else, paths whose blanks are in no name.
 */
export async function lineProgram(
  context: Pick<Context, 'files' | 'findProgram' | 'launcher' | 'platform' | 'self' | 'shortPath'>,
): Promise<LineProgram> {
  const { platform, self, launcher } = context
  const hasSpecial = (word: string): boolean => isSpecial(word, platform)
  if (platform !== 'win32') {
    // It only saves time; package managers may have put it where the program itself is not.
    return { platform, words: launcher.some(hasSpecial) ? self : [...launcher, ...self] }
  }
  if (await leadsHere(context)) return { platform, words: [SHIM] }
  const shorten = async (path: string): Promise<string> =>
    needsQuotes(path, platform) && !hasSpecial(path)
      ? shortenWhereNeeded(path, await context.shortPath(path))
      : path
  return { platform, words: await Promise.all(self.map(shorten)) }
}

/** Whether the shim in PATH starts this program, and not another installation. */
async function leadsHere({
  files,
  findProgram,
  self,
}: Pick<Context, 'files' | 'findProgram' | 'self'>): Promise<boolean> {
  const shim = findProgram(SHIM)
  if (shim === undefined) return false
  try {
    const script = scriptOfShim((await files.read(shim)) ?? '', shim)
    if (script === undefined) return false
    // npm links to a package that is installed from a folder.
    const [its, own] = await Promise.all(
      [script, self.at(-1) ?? ''].map(async (path) => files.fingerprint(path)),
    )
    return its !== undefined && its.id === own?.id
  } catch {
    // A shim that cannot be read is not ours.
    return false
  }
}

/** The script that a shim of npm or pnpm starts (cmd-shim, lib/index.js). */
export function scriptOfShim(text: string, shim: string): string | undefined {
  const [, path] = /"%(?:~dp0|dp0%)\\?([^"%]+\.js)"/.exec(text) ?? []
  return path === undefined ? undefined : win32.join(win32.dirname(shim), path)
}

/** A path with the short names of those of its folders that need quotation marks. */
export function shortenWhereNeeded(path: string, short: string): string {
  const names = path.split('\\')
  const shortNames = short.split('\\')
  if (names.length !== shortNames.length) return path
  return names
    .map((name, index) => (needsQuotes(name, 'win32') ? shortNames[index] : name))
    .join('\\')
}

/** Whether a word needs quotation marks: around blanks and, on Windows, what is special to cmd. */
export function needsQuotes(word: string, platform: string): boolean {
  return (platform === 'win32' ? /[\s&|<>^,;=]/ : /\s/).test(word)
}

/** Whether AWS SDKs, or the shells in which they run the line, read a word in different ways, even in quotation marks. */
export function isSpecial(word: string, platform: string): boolean {
  return (platform === 'win32' ? /["%#;\n]/ : /["'`~$%#;&|<>*?!(){}[\]^\n]/).test(word)
}

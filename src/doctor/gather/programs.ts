import type { Context } from '../../context.ts'
import { isOurProcess, splitCommandLine } from '../../profile/process-line.ts'
import { collectProblems } from './read-attempts.ts'

/** The programs of a credential_process line that `setup` wrote and that do not exist. */
export async function findMissingPrograms(context: Context, line: string): Promise<string[]> {
  const programs = programsIn(line)
  const exist = await Promise.all(programs.map(async (program) => programExists(context, program)))
  return programs.filter((_, index) => exist[index] === false)
}

/** Node and the script, or mfa-login alone. */
function programsIn(line: string): string[] {
  if (!isOurProcess(line)) return []
  const words = splitCommandLine(line)
  return words.slice(0, words.indexOf('credential-process'))
}

async function programExists({ files, platform, env }: Context, program: string): Promise<boolean> {
  const isSearchedInPath = !/[/\\]/.test(program)
  // Windows tries the endings of PATHEXT, too.
  if (isSearchedInPath && platform === 'win32') return true
  const paths = isSearchedInPath
    ? (env.PATH ?? '').split(':').map((folder) => `${folder}/${program}`)
    : [program]
  // A folder of PATH that cannot be read is no problem of the profile.
  const { attempt } = collectProblems()
  const modes = await Promise.all(paths.map(async (path) => attempt(files.mode(path))))
  return modes.some((mode) => mode !== undefined)
}

/** Reads the files of a profile, each as far as it can be read. */
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { backupsOf } from '../profile/backups.ts'
import type { Paths } from '../profile/paths.ts'
import { isOurProcess, splitCommandLine } from '../profile/process-line.ts'
import { parseCacheFile, type CachedFile } from '../session/cache/encryption.ts'
import { toProblem, type CredentialFile, type FileMode, type Problem } from './facts.ts'

/** Runs a read; undefined if it fails. */
export type ReadAttempt = <T>(work: Promise<T>) => Promise<T | undefined>

/** Collects why files cannot be read, each reason once, so that the rest can still be checked. */
export function collectProblems(): { readonly problems: Problem[]; readonly attempt: ReadAttempt } {
  const problems: Problem[] = []
  const attempt: ReadAttempt = async (work) => {
    try {
      return await work
    } catch (error) {
      const problem = problemOf(error)
      if (!problems.some(({ message }) => message === problem.message)) problems.push(problem)
      return undefined
    }
  }
  return { problems, attempt }
}

/** Throws what is neither a Failure nor an error of the operating system. */
function problemOf(error: unknown): Problem {
  if (error instanceof Failure) return toProblem(error, 'look at that file')
  const { message, syscall } = error as NodeJS.ErrnoException
  if (typeof syscall !== 'string') throw error
  return { message, remedy: 'look at that file' }
}

/** The files of a home that may hold credentials: AWS's two, their backups and the cache. */
export async function listCredentialFiles(
  context: Context,
  paths: Paths,
  attempt: ReadAttempt,
): Promise<CredentialFile[]> {
  const cacheNames = (await attempt(context.files.list(paths.cache))) ?? []
  const kinds = ['credentials', 'config'] as const
  const backups = await Promise.all(
    kinds.map(async (kind) => attempt(backupsOf(context, paths[kind]))),
  )
  return [
    ...kinds.map((kind) => ({ path: paths[kind], kind })),
    ...cacheNames
      .filter((name) => /\.(json|answer)$/.test(name))
      .map((name) => ({ path: `${paths.cache}/${name}`, kind: 'cache' as const })),
    ...backups.flatMap((each) => each ?? []).map((path) => ({ path, kind: 'backup' as const })),
  ]
}

export async function readCachedSessions(
  context: Context,
  files: readonly CredentialFile[],
  attempt: ReadAttempt,
): Promise<CachedFile[]> {
  const inCache = files.filter(({ kind }) => kind === 'cache')
  const texts = await Promise.all(
    inCache.map(async ({ path }) => attempt(context.files.read(path))),
  )
  return texts.map(parseCacheFile).filter((session) => session !== undefined)
}

export async function readModes(
  context: Context,
  files: readonly CredentialFile[],
  attempt: ReadAttempt,
): Promise<FileMode[]> {
  const modes = await Promise.all(
    files.map(async (file) => {
      const mode = await attempt(context.files.mode(file.path))
      return mode === undefined ? undefined : { ...file, mode }
    }),
  )
  return modes.filter((file) => file !== undefined)
}

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

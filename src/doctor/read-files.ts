/** Reads the files of a profile, each as far as it can be read. */
import { basename } from 'node:path'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { backupsOf } from '../profile/backups.ts'
import { KINDS } from '../profile/ini/ini-file.ts'
import { inFolder, type Paths } from '../profile/paths.ts'
import { isOurProcess, splitCommandLine } from '../profile/process-line.ts'
import { inventoryOf, type Inventory } from '../session/cache/inventory.ts'
import type { Facts, Problem } from './facts.ts'

/** Runs a read; undefined if it fails. */
type ReadAttempt = <T>(work: Promise<T>) => Promise<T | undefined>

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
  const { message, syscall, hint } = error as NodeJS.ErrnoException & Failure
  if (!(error instanceof Failure) && typeof syscall !== 'string') throw error
  return { message, remedy: hint ?? 'check that file' }
}

/** The files that may hold credentials: AWS's two, their backups and the cache with its sessions. */
export async function readCredentialFiles(
  context: Context,
  paths: Paths,
  attempt: ReadAttempt,
): Promise<Pick<Facts, 'modes'> & Inventory> {
  const { files } = context
  await attempt(files.checkPrivate(paths.cache))
  const cacheNames = (await attempt(files.list(paths.cache))) ?? []
  const inCache = cacheNames.filter((name) => /\.(json|answer|written)$/.test(name))
  const backups = KINDS.map(async (kind) => attempt(backupsOf(context, paths[kind])))
  const all = [
    ...KINDS.map((kind) => ({ path: paths[kind], kind })),
    ...inCache.map((name) => ({
      path: inFolder(context, paths.cache, name),
      kind: 'cache' as const,
    })),
    ...(await Promise.all(backups))
      .flatMap((each) => each ?? [])
      .map((path) => ({ path, kind: 'backup' as const })),
  ]
  const read = await Promise.all(
    all.map(async (file) => ({
      ...file,
      mode: await attempt(files.mode(file.path)),
      text: file.kind === 'cache' ? await attempt(files.read(file.path)) : undefined,
    })),
  )
  return {
    modes: read.flatMap(({ path, kind, mode }) =>
      mode === undefined ? [] : [{ path, kind, mode }],
    ),
    ...inventoryOf(read.map(({ path, text }) => ({ name: basename(path), text }))),
  }
}

/** The programs of a credential_process line that `setup` wrote and that do not exist. */
export function findMissingPrograms(context: Context, line: string): string[] {
  if (!isOurProcess(line)) return []
  // Node and the script, or mfa-login alone.
  const words = splitCommandLine(line)
  const programs = words.slice(0, words.indexOf('credential-process'))
  return programs.filter((program) => context.findProgram(program) === undefined)
}

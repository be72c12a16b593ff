import { isDeepStrictEqual } from 'node:util'
import type { Context, Fingerprint } from '../../context.ts'
import { encodingFailure, Failure } from '../../failure.ts'
import { BYTE_ORDER_MARK, parseIni, type FileKind, type IniFile } from '../ini/ini-file.ts'
import type { Paths } from '../paths.ts'
import type { ProfileFiles } from '../values.ts'

/**
 * Both files at one moment. A command reads them once and passes them on; `readSource` reads them again
 * where another process may have changed them. Throws a Failure naming file and line where AWS tools
 * could not read one.
 */
export async function readProfileFiles(context: Context, paths: Paths): Promise<ProfileFiles> {
  const config = await readFileVersion(context, paths.config)
  const credentials = await readFileVersion(context, paths.credentials)
  return parseVersions(paths, { config, credentials })
}

/** Throws a Failure naming file and line where AWS tools could not read one. */
export function parseVersions(paths: Paths, { config, credentials }: FileVersions): ProfileFiles {
  return {
    config: parseProfileFile(config.text, paths.config),
    credentials: parseProfileFile(credentials.text, paths.credentials),
    fingerprints: { config: config.fingerprint, credentials: credentials.fingerprint },
    paths,
  }
}

/** Whether neither file changed since it was read; in doubt not. */
export async function areUnchanged(
  context: Context,
  paths: Paths,
  { fingerprints }: ProfileFiles,
): Promise<boolean> {
  for (const kind of ['config', 'credentials'] as const) {
    if (fingerprints === undefined) return false
    if (!(await isUnchanged(context, paths[kind], fingerprints[kind]))) return false
  }
  return true
}

/** The sections that differ between two versions of the files, such as `[work] of /home/alice/.aws/credentials`. */
export function changedSections(paths: Paths, before: ProfileFiles, after: ProfileFiles): string[] {
  return (['config', 'credentials'] as const).flatMap((kind) => {
    const [old, now] = [before[kind].profiles(kind), after[kind].profiles(kind)]
    const names = [...new Set([...old.keys(), ...now.keys()])].filter(
      (name) => !isDeepStrictEqual(old.get(name)?.values, now.get(name)?.values),
    )
    return names.length === 0
      ? []
      : [`${names.map((name) => `[${name}]`).join(', ')} of ${paths[kind]}`]
  })
}

/** The text of a file, and its fingerprint. */
export interface ProfileFileVersion {
  readonly text: string | undefined
  readonly fingerprint: Fingerprint | undefined
}

export type FileVersions = Readonly<Record<FileKind, ProfileFileVersion>>

async function readFileVersion(context: Context, path: string): Promise<ProfileFileVersion> {
  // First, so that a change between the two is seen as a change.
  const fingerprint = await context.files.fingerprint(path)
  return { text: await context.files.read(path), fingerprint }
}

/** Whether a file still is the version with this fingerprint; in doubt not. */
export async function isUnchanged(
  context: Context,
  path: string,
  fingerprint: Fingerprint | undefined,
): Promise<boolean> {
  const current = await context.files.fingerprint(path)
  return current?.id === fingerprint?.id && fingerprint?.isSettled !== false
}

/** The last text of each path, as the editor parses again what the command has read. */
const parsed = new Map<string, { readonly text: string; readonly file: IniFile }>()

/** Throws a Failure naming file and line where AWS tools could not read it. */
export function parseProfileFile(text = '', path: string): IniFile {
  const known = parsed.get(path)
  const file = known?.text === text ? known.file : parseIni(text)
  parsed.set(path, { text, file })
  const [problem] = file.problems
  if (problem === undefined) return file
  if (text.startsWith(BYTE_ORDER_MARK)) throw encodingFailure(path, new TextEncoder().encode(text))
  throw new Failure(
    'files',
    `${path}:${problem.line}: ${problem.message}, so AWS tools refuse the file.`,
    `fix line ${problem.line} of ${path}; mfa-login has not touched it`,
  )
}

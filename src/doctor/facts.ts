/** What there is to know about a profile, without judging it; nothing is written or asked for. */
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { backupsOf } from '../profile/backups.ts'
import { parseIni, type FileKind } from '../profile/ini/ini-file.ts'
import { pathsOf, type Paths } from '../profile/paths.ts'
import { requestedProfile, type CredentialSource } from '../profile/resolve.ts'
import { profileValues, type ProfileFiles } from '../profile/values.ts'
import { wantsEncryption } from '../session/cache/encryption-setting.ts'
import { readEncryptionKey } from '../session/cache/encryption-key.ts'
import { parseCacheFile, type CachedFile } from '../session/cache/encryption.ts'
import { askAws, type Calls } from './calls.ts'
import { isBareName, programsIn } from './process-line.ts'
import { keysBehind, type Behind } from './source.ts'

export interface Facts extends Behind {
  readonly profile: string
  /** By `--profile` or a variable, and not only by default. */
  readonly isNamed: boolean
  readonly env: Context['env']
  readonly platform: string
  readonly now: number
  readonly paths: Paths
  /** As far as they can be read, problems and all. */
  readonly files: ProfileFiles
  readonly unreadable: readonly Unreadable[]
  readonly modes: readonly FileMode[]
  /** Programs the profile's credential_process line of ours names and that are not there. */
  readonly missingPrograms: readonly string[]
  readonly cached: readonly CachedFile[]
  readonly encryption: Encryption
  readonly calls: Calls
}

/** Of cached sessions. */
export interface Encryption {
  readonly isWanted: boolean
  /** Why it cannot be done. */
  readonly failure?: Failure
}

export interface Unreadable {
  readonly message: string
  readonly remedy: string
}

export interface FileMode {
  readonly path: string
  readonly kind: FileKind | 'cache' | 'backup'
  /** Permission bits. */
  readonly mode: number
}

export async function gatherFacts(context: Context, asked: string | undefined): Promise<Facts> {
  const { env, platform } = context
  const profile = requestedProfile(asked, env)
  const paths = pathsOf(context)
  const unreadable: Unreadable[] = []
  const files = {
    config: parseIni((await attempt(unreadable, context.files.read(paths.config))) ?? ''),
    credentials: parseIni((await attempt(unreadable, context.files.read(paths.credentials))) ?? ''),
  }
  const kept = await keptFiles(context, paths, unreadable)
  const cached = await cachedSessions(context, kept, unreadable)
  const behind = keysBehind(files, env, { profile })
  const calls = await attempt(
    unreadable,
    askAws(context, { profile, files, source: behind.source }),
  )
  return {
    profile,
    isNamed: [asked, env.AWS_PROFILE, env.AWS_DEFAULT_PROFILE].some((name) => Boolean(name)),
    env,
    platform,
    now: context.now(),
    paths,
    files,
    unreadable,
    modes: await modesOf(context, kept, unreadable),
    missingPrograms: await missingPrograms(context, files, profile),
    cached,
    ...behind,
    encryption: await encryptionOf(context, behind.source),
    calls: calls ?? { clockOffset: undefined, key: undefined, sessions: [] },
  }
}

/** Notes why something cannot be read, so that the rest can still be looked at. */
async function attempt<T>(unreadable: Unreadable[], work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    const isSystems = typeof (error as NodeJS.ErrnoException).syscall === 'string'
    if (!(error instanceof Failure) && !isSystems) throw error
    const { message } = error as Error
    const remedy = (error instanceof Failure ? error.hint : undefined) ?? 'look at that file'
    if (!unreadable.some((each) => each.message === message)) unreadable.push({ message, remedy })
    return undefined
  }
}

type KeptFile = Omit<FileMode, 'mode'>

async function keptFiles(
  context: Context,
  paths: Paths,
  unreadable: Unreadable[],
): Promise<KeptFile[]> {
  const cache = (await attempt(unreadable, context.files.list(paths.cache))) ?? []
  const kinds = ['credentials', 'config'] as const
  const backups = kinds.map(async (kind) => {
    const found = (await attempt(unreadable, backupsOf(context, paths[kind]))) ?? []
    return found.map((path) => ({ path, kind: 'backup' as const }))
  })
  return [
    ...kinds.map((kind) => ({ path: paths[kind], kind })),
    ...cache
      .filter((name) => /\.(json|answer)$/.test(name))
      .map((name) => ({ path: `${paths.cache}/${name}`, kind: 'cache' as const })),
    ...(await Promise.all(backups)).flat(),
  ]
}

async function cachedSessions(
  context: Context,
  kept: readonly KeptFile[],
  unreadable: Unreadable[],
): Promise<CachedFile[]> {
  const ours = kept.filter(({ kind }) => kind === 'cache')
  const texts = await Promise.all(
    ours.map(async ({ path }) => attempt(unreadable, context.files.read(path))),
  )
  return texts.map(parseCacheFile).filter((session) => session !== undefined)
}

async function encryptionOf(
  context: Context,
  source: CredentialSource | undefined,
): Promise<Encryption> {
  if (source === undefined) return { isWanted: false }
  try {
    const isWanted = wantsEncryption(context.env, source)
    if (isWanted) await readEncryptionKey(context)
    return { isWanted }
  } catch (failure) {
    if (failure instanceof Failure) return { isWanted: true, failure }
    throw failure
  }
}

async function modesOf(
  context: Context,
  kept: readonly KeptFile[],
  unreadable: Unreadable[],
): Promise<FileMode[]> {
  const all = kept.map(async (file) => {
    const mode = await attempt(unreadable, context.files.mode(file.path))
    return mode === undefined ? [] : [{ ...file, mode }]
  })
  return (await Promise.all(all)).flat()
}

async function missingPrograms(
  context: Context,
  files: ProfileFiles,
  profile: string,
): Promise<string[]> {
  const programs = programsIn(profileValues(files, profile).get('credential_process') ?? '')
  const checked = programs.map(async (program) =>
    (await isThere(context, program)) ? [] : [program],
  )
  return (await Promise.all(checked)).flat()
}

async function isThere(context: Context, program: string): Promise<boolean> {
  // Windows looks for a bare name with several endings.
  if (isBareName(program) && context.platform === 'win32') return true
  const places = isBareName(program)
    ? (context.env.PATH ?? '').split(':').map((folder) => `${folder}/${program}`)
    : [program]
  const found = places.map(async (path) => attempt([], context.files.mode(path)))
  return (await Promise.all(found)).some((mode) => mode !== undefined)
}

import { isDeepStrictEqual } from 'node:util'
import type { Context } from '../../context.ts'
import { Failure, THIS_COMMAND } from '../../failure.ts'
import type { FileEdits } from '../ini/edit.ts'
import { KINDS, parseIni, type FileKind } from '../ini/ini-file.ts'
import type { Paths } from '../paths.ts'
import type { ProfileFiles } from '../values.ts'
import { editedText, isSameVersion, keepsChanging, readSettled, TRIES } from './edit-file.ts'
import { refuseKeysInDefaults } from './inherited.ts'
import { checkKeys } from './key-guard.ts'
import {
  isUnchanged,
  parseVersions,
  type ProfileFileVersion,
  type FileVersions,
} from './snapshot.ts'

export interface FileChange<P extends FileEdits> {
  /** Decides by the files as they are. Runs again if a program that takes no lock changes one. */
  plan(files: ProfileFiles): P | Promise<P>
  /** Runs once under the locks, before the files are written. */
  before?(plan: P, files: ProfileFiles): Promise<void>
  /** Runs under the locks once the files are written, with these texts. */
  after?(plan: P, texts: Texts): Promise<void>
  /** What the command has read: a file that has not changed since is not read again. */
  readonly known?: ProfileFiles
}

type Texts = Readonly<Record<FileKind, string>>

/**
 * Changes both files in one step: under the locks of both, as planned from what they hold then, checked by independent
 * readers. What the keyring, the backups and the journal of a rotation hold of the same keys changes under the same
 * locks. No person is asked meanwhile. Returns the plan that was made, and the texts. Throws a Failure and
 * leaves both files.
 */
export async function changeFiles<P extends FileEdits>(
  context: Context,
  paths: Paths,
  change: FileChange<P>,
): Promise<{ readonly plan: P; readonly texts: Texts }> {
  return context.files.withLocks([paths.credentials, paths.config], async () => {
    const prepared = await prepare(context, paths, change)
    await change.before?.(prepared.plan, prepared.files)
    const { plan, texts, versions } =
      change.before === undefined ? prepared : await prepareAgain(context, paths, change, prepared)
    await writeTexts(context, paths, versions, texts)
    await change.after?.(plan, texts)
    return { plan, texts }
  })
}

interface Prepared<P> {
  readonly versions: FileVersions
  readonly files: ProfileFiles
  readonly plan: P
  readonly texts: Texts
}

/** Plans by files that have not changed meanwhile: `aws configure` takes no lock, empties the file and writes it again. */
async function prepare<P extends FileEdits>(
  context: Context,
  paths: Paths,
  change: FileChange<P>,
): Promise<Prepared<P>> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const versions = await readVersions(context, paths, change.known)
    const prepared = await planFor(paths, versions, change).catch((error: unknown) => ({ error }))
    if (!(await areSameVersions(context, paths, versions))) continue
    if ('error' in prepared) throw prepared.error
    return prepared
  }
  throw keepsChanging(paths.credentials)
}

/**
 * The same edits of the files as they are after `before`, which cannot be undone. Throws a Failure if another
 * program changed what the edits are about.
 */
async function prepareAgain<P extends FileEdits>(
  context: Context,
  paths: Paths,
  change: FileChange<P>,
  prepared: Prepared<P>,
): Promise<Prepared<P>> {
  if (await areSameVersions(context, paths, prepared.versions)) return prepared
  const fresh = await prepare(context, paths, change).catch((error: unknown) => ({ error }))
  if ('plan' in fresh && isDeepStrictEqual(editsIn(fresh.plan), editsIn(prepared.plan))) {
    return fresh
  }
  throw new Failure(
    'files',
    'Another program changed the AWS files during the change, so they were left as they are. The keyring and the backups may have changed.',
    `${THIS_COMMAND}, which completes it`,
    { cause: 'error' in fresh ? fresh.error : undefined },
  )
}

function editsIn(edits: FileEdits): Required<FileEdits> {
  const { credentials = [], config = [], removes = [], restores = {} } = edits
  return { credentials, config, removes, restores }
}

async function planFor<P extends FileEdits>(
  paths: Paths,
  versions: FileVersions,
  change: FileChange<P>,
): Promise<Prepared<P>> {
  const files = parseVersions(paths, versions)
  const plan = await change.plan(files)
  return { versions, files, plan, texts: await editedTexts(paths, files, plan) }
}

/** The texts of the files after the edits. Throws the Failure of the checks for every change. */
export async function editedTexts(
  paths: Paths,
  files: ProfileFiles,
  edits: FileEdits,
): Promise<Texts> {
  const { credentials: inCredentials = [], config: inConfig = [], restores } = edits
  const edited = await editedText(
    files.credentials.text,
    paths.credentials,
    'credentials',
    inCredentials,
  )
  // Both variables may name one file.
  const isOneFile = isSameFile(paths, files)
  const before = isOneFile ? edited : files.config.text
  const editedConfig = await editedText(before, paths.config, 'config', inConfig)
  const config = restores?.config ?? editedConfig
  const credentials = isOneFile ? config : (restores?.credentials ?? edited)
  const after = { config: parseIni(config), credentials: parseIni(credentials) }
  checkKeys(files, after, edits)
  refuseKeysInDefaults(paths, after, edits.removes ?? [])
  return { config, credentials }
}

export function isSameFile(paths: Paths, { fingerprints }: ProfileFiles): boolean {
  const { config, credentials } = fingerprints ?? {}
  return (
    paths.config === paths.credentials || (config !== undefined && config.id === credentials?.id)
  )
}

async function readVersions(
  context: Context,
  paths: Paths,
  known: ProfileFiles | undefined,
): Promise<FileVersions> {
  const read = async (kind: FileKind): Promise<ProfileFileVersion> => {
    const path = paths[kind]
    const version = known && { text: known[kind].text, fingerprint: known.fingerprints?.[kind] }
    const { fingerprint } = version ?? {}
    const isKnown = fingerprint !== undefined && (await isUnchanged(context, path, fingerprint))
    return isKnown && version !== undefined ? version : readSettled(context, path)
  }
  return { config: await read('config'), credentials: await read('credentials') }
}

async function areSameVersions(
  context: Context,
  paths: Paths,
  versions: FileVersions,
): Promise<boolean> {
  for (const kind of KINDS) {
    if (!(await isSameVersion(context, paths[kind], versions[kind]))) return false
  }
  return true
}

/** Writes what changes. If the second file cannot be written, the first one gets its text back. */
async function writeTexts(
  context: Context,
  paths: Paths,
  versions: FileVersions,
  texts: Texts,
): Promise<void> {
  const changed = KINDS.filter((kind) => texts[kind] !== (versions[kind].text ?? ''))
  for (const [index, kind] of changed.entries()) {
    try {
      await context.files.replace(paths[kind], texts[kind])
    } catch (error) {
      for (const written of changed.slice(0, index)) {
        const { text } = versions[written]
        const restore =
          text === undefined
            ? context.files.remove(paths[written])
            : context.files.replace(paths[written], text)
        await restore.catch((cause: unknown) => {
          throw halfWritten(paths[written], error, cause)
        })
      }
      throw error
    }
  }
}

function halfWritten(path: string, error: unknown, cause: unknown): Failure {
  const reasons = [error, cause].map((each) => (each as Error).message).join(' ')
  const message = `${path} is changed already, and could not get its old text back. ${reasons}`
  return new Failure('files', message, `${THIS_COMMAND}, which completes it`, { cause })
}

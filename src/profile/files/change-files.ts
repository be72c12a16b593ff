import type { Context } from '../../context.ts'
import type { FileEdits } from '../ini/edit.ts'
import { parseIni, type FileKind } from '../ini/ini-file.ts'
import type { Paths } from '../paths.ts'
import type { ProfileFiles } from '../values.ts'
import { editedText, isSameVersion, keepsChanging, readSettled, TRIES } from './edit-file.ts'
import { checkKeys } from './key-guard.ts'
import { isUnchanged, parseProfileFile, type FileVersion } from './snapshot.ts'

export interface FileChange<P extends FileEdits> {
  /** Decides by the files as they are. Runs again if a program that takes no lock changes one. */
  plan(files: ProfileFiles): P | Promise<P>
  /** Runs under the locks before the files are written; again if `plan` does. */
  before?(plan: P, files: ProfileFiles): Promise<void>
  /** Runs under the locks once the files are written, with these texts. */
  after?(plan: P, texts: Texts): Promise<void>
  /** What the command has read: a file that has not changed since is not read again. */
  readonly known?: ProfileFiles
}

/** Credentials first: without its keys, a credential_process line is of no use. */
const ORDER = ['credentials', 'config'] as const
type Versions = Readonly<Record<FileKind, FileVersion>>
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
    for (let tries = 0; tries < TRIES; tries += 1) {
      const versions = await readVersions(context, paths, change.known)
      const prepared = await prepare(paths, versions, change).catch((error: unknown) => ({ error }))
      // `aws configure` takes no lock: it empties the file and writes it again.
      if (!(await areSameVersions(context, paths, versions))) continue
      if ('error' in prepared) throw prepared.error
      await writeTexts(context, paths, versions, prepared.texts)
      await change.after?.(prepared.plan, prepared.texts)
      return prepared
    }
    throw keepsChanging(paths.credentials)
  })
}

async function prepare<P extends FileEdits>(
  paths: Paths,
  { config, credentials }: Versions,
  change: FileChange<P>,
): Promise<{ plan: P; texts: Texts }> {
  const files = {
    config: parseProfileFile(config.text, paths.config),
    credentials: parseProfileFile(credentials.text, paths.credentials),
    fingerprints: { config: config.fingerprint, credentials: credentials.fingerprint },
  }
  const plan = await change.plan(files)
  const texts = await editedTexts(paths, files, plan)
  await change.before?.(plan, files)
  return { plan, texts }
}

/** The texts that the edits make of the files. Throws the Failure of the checks that every change has to pass. */
export async function editedTexts(
  paths: Paths,
  files: ProfileFiles,
  edits: FileEdits,
): Promise<Texts> {
  const { credentials: inCredentials = [], config: inConfig = [] } = edits
  const edited = await editedText(
    files.credentials.text,
    paths.credentials,
    'credentials',
    inCredentials,
  )
  // Both variables may name one file.
  const isOneFile = isSameFile(paths, files)
  const before = isOneFile ? edited : files.config.text
  const config = await editedText(before, paths.config, 'config', inConfig)
  const credentials = isOneFile ? config : edited
  const after = { config: parseIni(config), credentials: parseIni(credentials) }
  checkKeys(files, after, edits)
  return { config, credentials }
}

function isSameFile(paths: Paths, { fingerprints }: ProfileFiles): boolean {
  const { config, credentials } = fingerprints ?? {}
  return (
    paths.config === paths.credentials || (config !== undefined && config.id === credentials?.id)
  )
}

async function readVersions(
  context: Context,
  paths: Paths,
  known: ProfileFiles | undefined,
): Promise<Versions> {
  const read = async (kind: FileKind): Promise<FileVersion> => {
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
  versions: Versions,
): Promise<boolean> {
  for (const kind of ORDER) {
    if (!(await isSameVersion(context, paths[kind], versions[kind]))) return false
  }
  return true
}

/** Writes what changes. If the second file cannot be written, the first one gets its text back. */
async function writeTexts(
  context: Context,
  paths: Paths,
  versions: Versions,
  texts: Texts,
): Promise<void> {
  const changed = ORDER.filter((kind) => texts[kind] !== (versions[kind].text ?? ''))
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
        await restore.catch(() => undefined)
      }
      throw error
    }
  }
}

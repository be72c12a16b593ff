import type { Context } from '../context.ts'
import { inFolder } from '../profile/paths.ts'
import { readJson } from '../session/cache/store.ts'

/** The step that a rotation has reached, on disk, so that it can be resumed after an interruption. */
export interface Journal {
  readonly version: 1
  readonly oldKeyId: string
  /** The user's keys before the new key was requested. */
  readonly knownKeyIds: readonly string[]
  /** By AWS's clock (ms since the epoch). */
  readonly startedAt: number
  /** Undefined until AWS has answered. */
  readonly newKeyId?: string
  /** AWS shows it once. Here until the files have it; never here if the keyring has it. */
  readonly newSecret?: string | undefined
  /** Whether the files (and the keyring) have the new key. */
  readonly isStored: boolean
}

/** Not in the cache, which people may delete. */
export function journalFolder(context: Pick<Context, 'home' | 'platform'>): string {
  return inFolder(context, context.home, '.aws', 'mfa-login', 'rotations')
}

/** Finds the rotation whose old or new key this is. */
export async function findJournal(
  context: Context,
  accessKeyId: string,
): Promise<Journal | undefined> {
  const folder = journalFolder(context)
  const names = (await context.files.list(folder)).filter((name) => name.endsWith('.json'))
  for (const name of names) {
    const journal = readJson(await context.files.read(inFolder(context, folder, name)))
    if (!isJournal(journal)) continue
    if ([journal.oldKeyId, journal.newKeyId].includes(accessKeyId)) return journal
  }
  return undefined
}

function isJournal(value: unknown): value is Journal {
  const { version, oldKeyId, knownKeyIds, isStored } = (value ?? {}) as Partial<Journal>
  const isComplete = typeof oldKeyId === 'string' && Array.isArray(knownKeyIds)
  return version === 1 && isComplete && typeof isStored === 'boolean'
}

/** Writes the file with mode 0600, its folder with 0700. */
export async function writeJournal(context: Context, journal: Journal): Promise<void> {
  await context.files.makePrivate(journalFolder(context))
  await context.files.replace(pathOf(context, journal), `${JSON.stringify(journal)}\n`)
}

export async function removeJournal(context: Context, journal: Journal): Promise<void> {
  await context.files.remove(pathOf(context, journal))
}

function pathOf(context: Context, { oldKeyId }: Journal): string {
  return inFolder(context, journalFolder(context), `${oldKeyId}.json`)
}

import type { Aws } from '../aws/api.ts'
import { Failure } from '../failure.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import type { NewKey } from './create-key.ts'
import { removeJournal } from './journal.ts'
import { locationsOf, shortKeyId } from './key-locations.ts'
import { deleteKey } from './rotation-calls.ts'
import { rotateCommand, type Rotation } from './rotation.ts'
import { removeCachedSessions } from './sessions-of-key.ts'

/** Deletes the new key after an error. Returns the error to throw, which says what became of the key. */
export async function discardNewKey(
  rotation: Rotation,
  aws: Aws,
  journal: NewKey['journal'],
  error: unknown,
): Promise<unknown> {
  const command = rotateCommand(rotation.source)
  const withOutcome = (outcome: string): unknown =>
    error instanceof Failure
      ? new Failure(error.exit, `${error.message} ${outcome}`, error.hint ?? command, {
          cause: error,
        })
      : error
  const key = shortKeyId(journal.newKeyId)
  try {
    await deleteNewKey(rotation, aws, journal)
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure
    return withOutcome(
      `The new key ${key} is still there (${failure.message}); "${command}" resumes with it.`,
    )
  }
  return withOutcome(`The new key ${key} was deleted again, and the old one stays in use.`)
}

async function deleteNewKey(
  rotation: Rotation,
  aws: Aws,
  journal: NewKey['journal'],
): Promise<void> {
  const { context, paths, source } = rotation
  const { newKeyId } = journal
  // A key that is in use is never deleted, whatever happened to the files.
  if (locationsOf(await readProfileFiles(context, paths), newKeyId).length > 0) {
    throw new Failure('files', 'the files name it already', rotateCommand(source))
  }
  await deleteKey(rotation, aws, newKeyId)
  if (source.secretAccessKey === undefined) await context.keyring.remove(newKeyId)
  await removeCachedSessions(rotation, newKeyId)
  await removeJournal(context, journal)
}

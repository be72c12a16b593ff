import type { Aws } from '../aws/api.ts'
import { Failure } from '../failure.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import { removeRotation } from './journal.ts'
import type { NewKey } from './new-key.ts'
import { locationsOf } from './places.ts'
import { removeSessionsOf } from './sessions-of.ts'
import { deleteKey, shortKeyId, type RotationWork } from './work.ts'

/** Takes the new key back after an error; a failure then says so. */
export async function rollBack(
  work: RotationWork,
  aws: Aws,
  rotation: NewKey['rotation'],
  why: unknown,
): Promise<unknown> {
  const again = `mfa-login keys rotate --profile ${work.source.profile}`
  const said = (words: string): unknown =>
    why instanceof Failure
      ? new Failure(why.exit, `${why.message} ${words}`, why.hint ?? again)
      : why
  const key = shortKeyId(rotation.newKeyId)
  try {
    await deleteNewKey(work, aws, rotation)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return said(`The new key ${key} is still there (${error.message}); "${again}" goes on with it.`)
  }
  return said(`The new key ${key} was deleted again, and the old one stays in use.`)
}

async function deleteNewKey(
  work: RotationWork,
  aws: Aws,
  rotation: NewKey['rotation'],
): Promise<void> {
  const { context, paths, source } = work
  const { newKeyId } = rotation
  // Never the key that is in use, whatever has happened to the files.
  if (locationsOf(await readProfileFiles(context, paths), newKeyId).length > 0) {
    throw new Failure('files', 'the files name it already')
  }
  await deleteKey(work, aws, newKeyId)
  if (source.secretAccessKey === undefined) await context.keyring.remove(newKeyId)
  await removeSessionsOf(work, newKeyId)
  await removeRotation(context, rotation)
}

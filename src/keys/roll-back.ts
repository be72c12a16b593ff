import type { Aws } from '../aws/api.ts'
import { Failure } from '../failure.ts'
import { readProfileFiles } from '../profile/edit-file.ts'
import { forgetRotation } from './journal.ts'
import type { Made } from './new-key.ts'
import { placesOf } from './places.ts'
import { forgetSessions } from './sessions-of.ts'
import { deleteKey, short, type Work } from './work.ts'

/** Takes the new key back after an error; a failure then says so. */
export async function rollBack(
  work: Work,
  aws: Aws,
  rotation: Made['rotation'],
  why: unknown,
): Promise<unknown> {
  const again = `mfa-login keys rotate --profile ${work.source.profile}`
  const said = (words: string): unknown =>
    why instanceof Failure
      ? new Failure(why.exit, `${why.message} ${words}`, why.hint ?? again)
      : why
  const key = short(rotation.newKeyId)
  try {
    await takeBack(work, aws, rotation)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return said(`The new key ${key} is still there (${error.message}); "${again}" goes on with it.`)
  }
  return said(`The new key ${key} was deleted again, and the old one stays in use.`)
}

async function takeBack(work: Work, aws: Aws, rotation: Made['rotation']): Promise<void> {
  const { context, paths, source } = work
  const { newKeyId } = rotation
  // Never the key that is in use, whatever has happened to the files.
  if (placesOf(await readProfileFiles(context, paths), newKeyId).length > 0) {
    throw new Failure('files', 'the files name it already')
  }
  await deleteKey(work, aws, newKeyId)
  if (source.secretAccessKey === undefined) await context.keyring.remove(newKeyId)
  await forgetSessions(work, newKeyId)
  await forgetRotation(context, rotation)
}

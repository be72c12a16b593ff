/** The locks that this process holds, and what others see of them while a person is asked. */
import { renameSync } from 'node:fs'
import { LockLost } from '../../failure.ts'
import { encodePlace } from './lock-holder.ts'

export interface HeldLock {
  readonly ownerFile: string
  /** What is added to its name while a question is open, else empty. */
  suffix: string
}

export const heldLocks = new Set<HeldLock>()

export function currentFile({ ownerFile, suffix }: HeldLock): string {
  return ownerFile + suffix
}

/**
 * Asks a person while others see where, and may take the locks of this process if it is stopped. Throws LockLost
 * if one has: the first to rename or remove the owner's file wins.
 */
export async function whileAsking<T>(place: string, ask: () => Promise<T>): Promise<T> {
  // A question within a question is published already.
  const locks = [...heldLocks].filter(({ suffix }) => suffix === '')
  const rename = (suffix: string): boolean =>
    locks.map((lock) => tryToRename(lock, suffix)).every((isOurs) => isOurs)
  if (!rename(`.${encodePlace(place)}`)) throw new LockLost()
  const [result] = await Promise.allSettled([ask()])
  const isOurs = rename('')
  if (result.status === 'rejected') throw result.reason
  if (!isOurs) throw new LockLost()
  return result.value
}

/** Returns false where the lock is lost. */
function tryToRename(lock: HeldLock, suffix: string): boolean {
  try {
    renameSync(currentFile(lock), lock.ownerFile + suffix)
    lock.suffix = suffix
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT'
  }
}

/** The locks that this process holds, and what others see of them while a person is asked. */
import { renameSync } from 'node:fs'
import { LockLost } from '../../failure.ts'
import { encodePlace } from './lock-holder.ts'
import { codeOf } from './system-errors.ts'

export interface HeldLock {
  readonly path: string
  readonly ownerFile: string
  /** What is added to its name while a question is open, else empty. */
  suffix: string
  /** Whether another process is known to have taken it. */
  isLost: boolean
}

export const heldLocks = new Set<HeldLock>()

export function currentFile({ ownerFile, suffix }: HeldLock): string {
  return ownerFile + suffix
}

/**
 * Asks a person while others see where, and may take the locks of this process if it is stopped. Throws LockLost
 * if one has, however the question ended: the first to rename or remove the owner's file wins.
 */
export async function whileAsking<T>(place: string, ask: () => Promise<T>): Promise<T> {
  // A question within a question is published already.
  const locks = [...heldLocks].filter(({ suffix }) => suffix === '')
  for (const lock of locks) tryToRename(lock, `.${encodePlace(place)}`)
  const [result] = await Promise.allSettled([lostLocks().length > 0 ? undefined : ask()])
  for (const lock of locks) tryToRename(lock, '')
  const lost = lostLocks()
  if (lost.length > 0) throw new LockLost(lost, (result as { reason?: unknown }).reason)
  if (result.status === 'rejected') throw result.reason
  return result.value as T
}

function lostLocks(): string[] {
  return [...heldLocks].filter(({ isLost }) => isLost).map(({ path }) => path)
}

function tryToRename(lock: HeldLock, suffix: string): void {
  try {
    renameSync(currentFile(lock), lock.ownerFile + suffix)
    lock.suffix = suffix
  } catch (error) {
    lock.isLost ||= codeOf(error) === 'ENOENT'
  }
}

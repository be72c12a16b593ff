import type { Context } from '../../context.ts'
import { Failure, type ExitName } from '../../failure.ts'
import { readJson } from '../cache/store.ts'

interface SharedFailure {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly exit: ExitName
  readonly message: string
  readonly hint?: string | undefined
}

export interface OnceOptions<T> {
  /** Names the lock and the note of a failure. */
  readonly lockPath: string
  /** When this process began to wait, if before now: what others made or failed at since then counts. */
  readonly startedAt?: number | undefined
  /** Looks for what another process may have made. */
  readonly lookUp: () => Promise<T | undefined>
  readonly make: () => Promise<T>
  /** Whether those who wait must fail with it too, rather than ask the same person again. */
  readonly isShared: (failure: Failure) => boolean
}

/**
 * Lets one process of many make a thing; the others wait and find it. When the maker fails in
 * a shared way, those waiting fail with its words; when it is killed, the next one makes it.
 */
export async function onceAcrossProcesses<T>(context: Context, flight: OnceOptions<T>): Promise<T> {
  const began = flight.startedAt ?? context.now()
  const note = `${flight.lockPath}.failed`
  const early = async (): Promise<T | undefined> => {
    const found = await flight.lookUp()
    if (found !== undefined) return found
    const failed = readJson(await context.files.read(note)) as SharedFailure | undefined
    if (failed !== undefined && failed.at >= began)
      throw new Failure(failed.exit, failed.message, failed.hint)
    return undefined
  }
  return context.files.withLock(
    flight.lockPath,
    async () => (await early()) ?? (await makeAndRecordFailure(context, flight, note)),
    early,
  )
}

async function makeAndRecordFailure<T>(
  context: Context,
  flight: OnceOptions<T>,
  note: string,
): Promise<T> {
  try {
    const made = await flight.make()
    await context.files.remove(note)
    return made
  } catch (error) {
    if (error instanceof Failure && flight.isShared(error)) {
      const { exit, message, hint } = error
      const failed: SharedFailure = { at: context.now(), exit, message, hint }
      await context.files.replace(note, JSON.stringify(failed))
    }
    throw error
  }
}

import type { Context } from '../../context.ts'
import { Failure } from '../../failure.ts'
import { readJson } from '../cache/store.ts'

/** `at` is in milliseconds since the epoch. */
type SharedFailure = Pick<Failure, 'exit' | 'message' | 'hint'> & { readonly at: number }

interface OnceOptions<T> {
  /** Names the lock, and the note of a failure. */
  readonly lockPath: string
  /** When this process began to wait, if before now: results and failures of others since then count. */
  readonly startedAt?: number | undefined
  /** Looks for what another process may have created. */
  readonly lookUp: () => Promise<T | undefined>
  readonly create: () => Promise<T>
  /** Whether the processes that wait must fail too, instead of asking the same person again. */
  readonly isShared: (failure: Failure) => boolean
}

/**
 * Lets one process of many create a result; the others wait and find it. Where it fails with a shared
 * failure, the others throw the same; where it is killed, the next one creates the result.
 */
export async function onceAcrossProcesses<T>(context: Context, once: OnceOptions<T>): Promise<T> {
  const startedAt = once.startedAt ?? context.now()
  const failurePath = `${once.lockPath}.failed`
  const readResult = async (): Promise<T | undefined> => {
    const result = await once.lookUp()
    if (result !== undefined) return result
    const failure = readJson(await context.files.read(failurePath)) as SharedFailure | undefined
    // One from the future was written when the clock was wrong.
    if (failure !== undefined && failure.at >= startedAt && failure.at <= context.now())
      throw new Failure(failure.exit, failure.message, failure.hint)
    return undefined
  }
  let isWaiting = false
  const waitForResult = async (): Promise<T | undefined> => {
    if (!isWaiting) context.debug.log(`waiting for the process that holds ${once.lockPath}`)
    isWaiting = true
    return readResult()
  }
  return context.files.withLock(
    once.lockPath,
    async () => (await readResult()) ?? (await createAndShareFailure(context, once, failurePath)),
    { early: waitForResult },
  )
}

async function createAndShareFailure<T>(
  context: Context,
  { create, isShared }: OnceOptions<T>,
  failurePath: string,
): Promise<T> {
  try {
    const result = await create()
    await context.files.remove(failurePath)
    return result
  } catch (error) {
    if (error instanceof Failure && isShared(error)) {
      const { exit, message, hint } = error
      const failure: SharedFailure = { at: context.now(), exit, message, hint }
      await context.files.replace(failurePath, JSON.stringify(failure))
    }
    throw error
  }
}

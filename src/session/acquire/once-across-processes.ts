import type { Context, TimeLimit } from '../../context.ts'
import { Failure, LockLost, NoWayToAsk } from '../../failure.ts'
import { readJson } from '../cache/store.ts'
import { describeWait } from '../model/waiting.ts'

/** `at` is in milliseconds since the epoch. */
type SharedFailure = Pick<Failure, 'exit' | 'message' | 'hint'> & { readonly at: number }

interface OnceOptions<T> {
  /** Names the lock, and the note of a failure. */
  readonly lockPath: string
  /** When this process began to wait, if before now: results and failures of others since then count. */
  readonly startedAt?: number | undefined
  /** How long to wait for others from then on, and the failure after that. */
  readonly limit: TimeLimit
  /** Looks for what another process may have created. */
  readonly lookUp: () => Promise<T | undefined>
  /** The same with what another process may have written to the AWS files. */
  readonly lookUpAnew: () => Promise<T | undefined>
  readonly create: () => Promise<T>
  /** Whether the processes that wait must fail too, instead of asking the same person again. */
  readonly isShared: (failure: Failure) => boolean
}

/**
 * Lets one process of many create a result; the others wait and find it. Where it fails with a shared
 * failure, the others throw the same; where it is killed, or stopped at a question, the next one creates the
 * result. Where nobody can be asked, waits for a person who logs in elsewhere. Throws LockLost where a lock around
 * all this was lost.
 */
export async function onceAcrossProcesses<T>(
  context: Context,
  options: OnceOptions<T>,
): Promise<T> {
  const once = { ...options, startedAt: options.startedAt ?? context.now() }
  try {
    return await createOrWait(context, once)
  } catch (thrown) {
    const error = failureOf(thrown)
    if (error === undefined) {
      context.debug.log(`lost the lock ${once.lockPath} while this process was stopped`)
    } else {
      if (!(error instanceof NoWayToAsk) || !mayWaitForLogin(context)) throw error
      context.info(`mfa-login: ${error.message} Try: ${error.hint ?? ''}`)
      const result = await waitForLogin(context, once)
      if (result !== undefined) return result
    }
    return onceAcrossProcesses(context, once)
  }
}

/** Undefined if this process only has to wait for the one that took over. */
function failureOf(error: unknown): Error | undefined {
  const isTakenOver = error instanceof LockLost && error.lost.length === 0
  return (isTakenOver ? error.cause : error) as Error | undefined
}

type StartedOnce<T> = OnceOptions<T> & { readonly startedAt: number }

async function createOrWait<T>(context: Context, once: StartedOnce<T>): Promise<T> {
  let isWaiting = false
  return context.files.withLock(
    once.lockPath,
    async () => (await readResult(context, once)) ?? (await createAndShareFailure(context, once)),
    {
      early: async () => {
        if (!isWaiting) context.debug.log(`waiting for the process that holds ${once.lockPath}`)
        isWaiting = true
        return readInTime(context, once)
      },
      onWait: (holder) => context.info(describeWait(holder)),
    },
  )
}

/** What another process has created; undefined if none has. Throws the failure that it shares. */
async function readResult<T>(context: Context, once: StartedOnce<T>): Promise<T | undefined> {
  const result = await once.lookUp()
  if (result !== undefined) return result
  const failure = readJson(await context.files.read(failurePath(once))) as SharedFailure | undefined
  // One from the future was written when the clock was wrong.
  if (failure !== undefined && failure.at >= once.startedAt && failure.at <= context.now())
    throw new Failure(failure.exit, failure.message, failure.hint)
  return undefined
}

/** Throws the failure of the limit after it. */
async function readInTime<T>(context: Context, once: StartedOnce<T>): Promise<T | undefined> {
  const result = await readResult(context, once)
  const { milliseconds, failure } = once.limit
  if (result === undefined && context.now() > once.startedAt + milliseconds) throw failure
  return result
}

/** Only where the person sees why nothing happens: SDKs show stderr after a failure. */
function mayWaitForLogin(context: Context): boolean {
  return context.isTerminalTaken() && (context.isInteractive || context.isRenewal)
}

/** Milliseconds between looks for what a person does elsewhere. */
const LOOK_MS = 250

/** Undefined once the terminal is free, so that this process can ask. */
async function waitForLogin<T>(context: Context, once: StartedOnce<T>): Promise<T | undefined> {
  while (context.isTerminalTaken()) {
    const result = (await once.lookUpAnew()) ?? (await readInTime(context, once))
    if (result !== undefined) return result
    await context.sleep(LOOK_MS)
  }
  return undefined
}

function failurePath({ lockPath }: { readonly lockPath: string }): string {
  return `${lockPath}.failed`
}

async function createAndShareFailure<T>(context: Context, once: OnceOptions<T>): Promise<T> {
  try {
    const result = await once.create()
    await context.files.remove(failurePath(once))
    return result
  } catch (error) {
    // One that has lost the lock is not whom the others wait for.
    const isOurs = error instanceof Failure && !(error instanceof LockLost)
    if (isOurs && once.isShared(error)) {
      const { exit, message, hint } = error
      const failure: SharedFailure = { at: context.now(), exit, message, hint }
      await context.files.replace(failurePath(once), JSON.stringify(failure))
    }
    throw error
  }
}

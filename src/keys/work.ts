import { AwsError } from '../aws/api.ts'
import type { Context } from '../context.ts'
import type { Paths } from '../profile/paths.ts'
import type { CredentialSource } from '../profile/resolve.ts'
import { explain, withExplanation, type ErrorContext } from '../aws/errors/explain.ts'
import { retry as madeAgain } from '../aws/retry.ts'

/** What the steps of a rotation share. */
export interface RotationWork {
  readonly context: Context
  readonly paths: Paths
  /** With the key that the files name. */
  readonly source: CredentialSource
  /** Leave the old key at AWS, switched off. */
  readonly keepOld: boolean
  /** Nobody is to be asked. */
  readonly isUnattended: boolean
}

/** A session must live through a rotation, in which a person looks for a code. */
export const LONG_ENOUGH_MS = 10 * 60_000

export function errorContextOf({ profile, accessKeyId }: CredentialSource): ErrorContext {
  return { profile, accessKeyId, retryCommand: `mfa-login keys rotate --profile ${profile}` }
}

/** How a message names a key. */
export function shortKeyId(accessKeyId: string): string {
  return `…${accessKeyId.slice(-4)}`
}

/** A call that may be made twice, made again where that may help. Throws a Failure. */
export async function retryCall<T>(
  { context, source }: RotationWork,
  call: () => Promise<T>,
): Promise<T> {
  return withExplanation(errorContextOf(source), async () => madeAgain(context, call))
}

const PATIENCE_MS = 60_000
const STEP_MS = 2000

/**
 * The same with a new key or its session, which take a while to be known everywhere (IAM User Guide,
 * Troubleshooting: "Changes that I make are not always immediately visible").
 */
export async function retryUntilVisible<T>(work: RotationWork, call: () => Promise<T>): Promise<T> {
  const { context } = work
  for (const began = context.now(); ;) {
    try {
      return await retryCall(work, async () => throwIfNotVisible(call))
    } catch (error) {
      if (!(error instanceof NotYetVisible)) throw error
      if (context.now() - began > PATIENCE_MS) throw explain(error.why, errorContextOf(work.source))
      await context.sleep(STEP_MS)
    }
  }
}

class NotYetVisible extends Error {
  readonly why: AwsError

  constructor(why: AwsError) {
    super(why.message)
    this.why = why
  }
}

async function throwIfNotVisible<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    const isUnknown = error instanceof AwsError && error.code === 'InvalidClientTokenId'
    throw isUnknown ? new NotYetVisible(error) : error
  }
}

/** A deletion, done also where there is nothing to delete any more. */
export async function deleteKey(
  work: RotationWork,
  aws: { deleteAccessKey(accessKeyId: string): Promise<void> },
  accessKeyId: string,
): Promise<void> {
  await retryCall(work, async () => {
    try {
      await aws.deleteAccessKey(accessKeyId)
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'NoSuchEntity') throw error
    }
  })
}

import { AwsError, type Aws } from '../aws/api.ts'
import type { CredentialSource } from '../profile/resolve.ts'
import { explain, withExplanation, type ErrorContext } from '../aws/errors/explain.ts'
import { retry as madeAgain } from '../aws/retry.ts'
import { rotateCommand, type Rotation } from './rotation.ts'

export function errorContextOf(source: CredentialSource): ErrorContext {
  const { profile, accessKeyId } = source
  return { profile, accessKeyId, retryCommand: rotateCommand(source) }
}

/** Retries a call that is safe to repeat. Throws a Failure. */
export async function retryCall<T>(
  { context, source }: Rotation,
  call: () => Promise<T>,
): Promise<T> {
  return withExplanation(errorContextOf(source), async () => madeAgain(context, call))
}

const PATIENCE_MS = 60_000
const STEP_MS = 2000

/**
 * Retries a call with a new key or its session until AWS knows the key everywhere (IAM User Guide,
 * Troubleshooting: "Changes that I make are not always immediately visible"). Throws a Failure.
 */
export async function retryUntilVisible<T>(work: Rotation, call: () => Promise<T>): Promise<T> {
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

/** Succeeds if the key is already deleted. Throws a Failure. */
export async function deleteKey(rotation: Rotation, aws: Aws, accessKeyId: string): Promise<void> {
  await retryCall(rotation, async () => {
    try {
      await aws.deleteAccessKey(accessKeyId)
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'NoSuchEntity') throw error
    }
  })
}

/** In ms since the epoch; `hidden` if a policy denies the answer. */
export async function lastUsed(
  aws: Aws,
  accessKeyId: string,
): Promise<number | 'never' | 'hidden'> {
  try {
    return (await aws.accessKeyLastUsed(accessKeyId)) ?? 'never'
  } catch (error) {
    if (error instanceof AwsError) return 'hidden'
    throw error
  }
}

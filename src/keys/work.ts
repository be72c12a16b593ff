import { AwsError } from '../aws/api.ts'
import type { Context } from '../context.ts'
import type { Paths } from '../profile/paths.ts'
import type { CredentialSource } from '../profile/resolve.ts'
import { withExplanation, type ErrorContext } from '../aws/errors/explain.ts'
import { retry, retryUntilVisible as retryNewKey } from '../aws/retry.ts'

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

/** Makes a call that may be made twice, again where that may help. Throws a Failure. */
export async function retryCall<T>(
  { context, source }: RotationWork,
  call: () => Promise<T>,
): Promise<T> {
  return withExplanation(errorContextOf(source), async () => retry(context, call))
}

/** The same for a call with a new key or its session. */
export async function retryUntilVisible<T>(
  { context, source }: RotationWork,
  call: () => Promise<T>,
): Promise<T> {
  return withExplanation(errorContextOf(source), async () => retryNewKey(context, call))
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

import { AwsError, type Aws } from '../aws/api.ts'
import { withExplanation, type ErrorContext } from '../aws/errors/explain.ts'
import { retry, retryUntilVisible as retryNewKey } from '../aws/retry.ts'
import type { Context } from '../context.ts'
import type { Paths } from '../profile/paths.ts'
import type { CredentialSource } from '../profile/resolve.ts'

/** A rotation of the key of a profile; every step works with it. */
export interface Rotation {
  readonly context: Context
  readonly paths: Paths
  /** Has the key that the files name. */
  readonly source: CredentialSource
  /** Only deactivate the old key. */
  readonly keepOld: boolean
  /** Ask no questions. */
  readonly isUnattended: boolean
}

/** A session must last for a whole rotation, in which a person looks up a code. */
export const MIN_SESSION_MS = 10 * 60_000

export function rotateCommand({ profile }: CredentialSource): string {
  return `mfa-login keys rotate --profile ${profile}`
}

export function errorContextOf(source: CredentialSource): ErrorContext {
  const { profile, accessKeyId, keysProfile } = source
  return { profile, accessKeyId, keysProfile, retryCommand: rotateCommand(source) }
}

/** Retries a call that is safe to repeat. Throws a Failure. */
export async function retryCall<T>(
  { context, source }: Rotation,
  call: () => Promise<T>,
): Promise<T> {
  return withExplanation(errorContextOf(source), async () => retry(context, call))
}

/** Retries a call with a new key or its session until AWS knows the key everywhere. Throws a Failure. */
export async function retryUntilVisible<T>(
  { context, source }: Rotation,
  call: () => Promise<T>,
): Promise<T> {
  return withExplanation(errorContextOf(source), async () => retryNewKey(context, call))
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

import { AwsError } from '../aws/api.ts'
import type { Context } from '../context.ts'
import type { Paths } from '../profile/paths.ts'
import type { Source } from '../profile/resolve.ts'
import { explain, explained, type Attempt } from '../aws/errors/explain.ts'
import { repeated as madeAgain } from '../aws/retry.ts'

/** What the steps of a rotation share. */
export interface Work {
  readonly context: Context
  readonly paths: Paths
  /** With the key that the files name. */
  readonly source: Source
  /** Leave the old key at AWS, switched off. */
  readonly keepOld: boolean
  /** Nobody is to be asked. */
  readonly isUnattended: boolean
}

/** A session must live through a rotation, in which a person looks for a code. */
export const LONG_ENOUGH_MS = 10 * 60_000

export function attemptOf({ profile, accessKeyId }: Source): Attempt {
  return { profile, accessKeyId, again: `mfa-login keys rotate --profile ${profile}` }
}

/** How a message names a key. */
export function short(accessKeyId: string): string {
  return `…${accessKeyId.slice(-4)}`
}

/** A call that may be made twice, made again where that may help. Throws a Failure. */
export async function repeated<T>({ context, source }: Work, call: () => Promise<T>): Promise<T> {
  return explained(attemptOf(source), async () => madeAgain(context, call))
}

const PATIENCE_MS = 60_000
const STEP_MS = 2000

/**
 * The same with a new key or its session, which take a while to be known everywhere (IAM User Guide,
 * Troubleshooting: "Changes that I make are not always immediately visible").
 */
export async function patiently<T>(work: Work, call: () => Promise<T>): Promise<T> {
  const { context } = work
  for (const began = context.now(); ;) {
    try {
      return await repeated(work, async () => unlessUnknown(call))
    } catch (error) {
      if (!(error instanceof NotYetKnown)) throw error
      if (context.now() - began > PATIENCE_MS) throw explain(error.why, attemptOf(work.source))
      await context.sleep(STEP_MS)
    }
  }
}

class NotYetKnown extends Error {
  readonly why: AwsError

  constructor(why: AwsError) {
    super(why.message)
    this.why = why
  }
}

async function unlessUnknown<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    const isUnknown = error instanceof AwsError && error.code === 'InvalidClientTokenId'
    throw isUnknown ? new NotYetKnown(error) : error
  }
}

/** A deletion, done also where there is nothing to delete any more. */
export async function deleteKey(
  work: Work,
  aws: { deleteAccessKey(accessKeyId: string): Promise<void> },
  accessKeyId: string,
): Promise<void> {
  await repeated(work, async () => {
    try {
      await aws.deleteAccessKey(accessKeyId)
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'NoSuchEntity') throw error
    }
  })
}

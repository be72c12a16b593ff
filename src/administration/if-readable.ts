import { AwsError } from '../aws/api.ts'
import type { Administrator } from './administrator.ts'

/** What AWS answers; undefined where it refuses, with the reason for `--debug`. */
export async function ifReadable<T>(
  { debug }: Pick<Administrator, 'debug'>,
  reason: string,
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    debug.log(`${reason} (${error.code})`)
    return undefined
  }
}

import { AwsError } from '../aws/api.ts'
import type { Administrator } from './administrator.ts'
import { AT_A_TIME, inParallel } from './in-parallel.ts'

/** Who of these users must set a new password at the next sign-in. Undefined where that may not be read. */
export async function findFirstPasswords(
  { aws, debug, progress }: Administrator,
  users: readonly string[],
): Promise<string[] | undefined> {
  try {
    let done = 0
    const found = await inParallel(users, async (user) => {
      const profile = await aws.loginProfile(user)
      done += 1
      if (users.length > AT_A_TIME) {
        progress(`passwords of ${done} of ${users.length} users are read`)
      }
      return profile?.mustReset === true ? [user] : []
    })
    return found.flat()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    debug.log(`the users' login profiles cannot be read (${error.code})`)
    return undefined
  } finally {
    progress('')
  }
}

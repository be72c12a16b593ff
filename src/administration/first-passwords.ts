import type { Administrator } from './administrator.ts'
import { ifReadable } from './if-readable.ts'
import { AT_A_TIME, inParallel } from './in-parallel.ts'

/** Who of these users must set a new password at the next sign-in. Undefined where that may not be read. */
export async function findFirstPasswords(
  admin: Administrator,
  users: readonly string[],
): Promise<string[] | undefined> {
  const { aws, progress } = admin
  let done = 0
  const found = await ifReadable(admin, "the users' login profiles cannot be read", async () =>
    inParallel(users, async (user) => {
      const profile = await aws.loginProfile(user)
      done += 1
      if (users.length > AT_A_TIME) {
        progress(`passwords of ${done} of ${users.length} users are read`)
      }
      return profile?.mustReset === true ? [user] : []
    }),
  ).finally(() => progress(''))
  return found?.flat()
}

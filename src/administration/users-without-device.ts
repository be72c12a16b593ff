import { AwsError, type Aws } from '../aws/api.ts'
import { isSecurityKey } from '../mfa/serial.ts'
import type { Administrator } from './administrator.ts'
import { ifReadable } from './if-readable.ts'
import { AT_A_TIME, inParallel } from './in-parallel.ts'

/**
 * The users who can get no MFA session: those with security keys only, too. Undefined where devices may not be
 * listed.
 */
export async function findUsersWithoutDevice(
  admin: Administrator,
  users: readonly string[],
): Promise<string[] | undefined> {
  const { aws, progress } = admin
  const isLong = users.length > AT_A_TIME
  return ifReadable(admin, "the users' MFA devices cannot be listed", async () => {
    // IAM lists hardware devices only user by user.
    const owners = isLong ? await ownersOfVirtualDevices(aws) : new Set<string>()
    const others = users.filter((user) => !owners.has(user))
    let done = 0
    const found = await inParallel(others, async (user) => {
      const devices = await aws.listMfaDevices(user)
      done += 1
      if (isLong) progress(`MFA devices of ${done} of ${others.length} users are read`)
      return devices.every(isSecurityKey) ? [user] : []
    })
    return found.flat()
  }).finally(() => progress(''))
}

/** None where the account does not let the caller list all devices. */
async function ownersOfVirtualDevices(aws: Aws): Promise<ReadonlySet<string | undefined>> {
  try {
    const devices = await aws.listVirtualDevices()
    return new Set(devices.map(({ userName }) => userName))
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return new Set()
  }
}

import type { PolicyDocument } from '../policy/document.ts'
import type { Administrator } from './administrator.ts'
import { findExceptedUsers } from './excepted-users.ts'
import { findFirstPasswords } from './first-passwords.ts'
import type { KnownUser } from './principals.ts'
import { findUsersWithoutDevice } from './users-without-device.ts'

/** What a policy means for the users who will have it, by name. */
export interface AffectedUsers {
  /** Those whom it leaves out today; undefined if tags matter and may not be read. */
  readonly exceptedUsers: readonly string[] | undefined
  /** Of all others, those who have no MFA device; undefined if devices may not be listed. */
  readonly usersWithoutDevice: readonly string[] | undefined
  /** The same of those whom it leaves out. */
  readonly exceptedWithoutDevice: readonly string[] | undefined
  /** Who of those without a device must set a password at the next sign-in; undefined if that may not be read. */
  readonly firstPasswords: readonly string[] | undefined
}

export async function findAffectedUsers(
  admin: Administrator,
  users: readonly KnownUser[],
  document: PolicyDocument,
  now: Date,
): Promise<AffectedUsers> {
  const names = users.map(({ name }) => name)
  const exceptedUsers = await findExceptedUsers(admin, users, document, now)
  const isExcepted = (name: string): boolean => exceptedUsers?.includes(name) === true
  const withoutDevice = await findUsersWithoutDevice(admin, names)
  const usersWithoutDevice = withoutDevice?.filter((name) => !isExcepted(name))
  const denied = usersWithoutDevice ?? names.filter((name) => !isExcepted(name))
  return {
    exceptedUsers,
    usersWithoutDevice,
    exceptedWithoutDevice: withoutDevice?.filter(isExcepted),
    firstPasswords: await findFirstPasswords(admin, denied),
  }
}

import type { PolicyDocument } from '../policy/document.ts'
import { exceptionsIn, isLeftOut, type PolicyException } from '../policy/exceptions.ts'
import { isMfaDeny, locateStatements, type LocatedStatement } from '../policy/mfa-deny.ts'
import type { Administrator } from './administrator.ts'
import { ifReadable } from './if-readable.ts'
import { inParallel } from './in-parallel.ts'
import type { KnownUser } from './principals.ts'

export function mfaDeniesOf(document: PolicyDocument): LocatedStatement[] {
  return locateStatements([{ name: '', document }]).filter(isMfaDeny)
}

export function exceptionsOf(document: PolicyDocument): PolicyException[] {
  return exceptionsIn(mfaDeniesOf(document))
}

/** The users whom a policy leaves out by now. Undefined where an exception is for a tag, and tags may not be read. */
export async function findExceptedUsers(
  admin: Administrator,
  users: readonly KnownUser[],
  document: PolicyDocument,
  now: Date,
): Promise<string[] | undefined> {
  const exceptions = exceptionsOf(document)
  if (exceptions.length === 0) return []
  const denies = mfaDeniesOf(document)
  const needsTags = exceptions.some(({ kind }) => kind === 'tag')
  const { aws, partition, account } = admin
  const found = await ifReadable(admin, "the users' tags cannot be read", async () =>
    inParallel(users, async ({ name, path }) => {
      const { tags = {} } = needsTags ? await aws.getUser(name) : {}
      const subject = { partition, account, user: name, path, now }
      return isLeftOut(denies, { subject, tags }) ? [name] : []
    }),
  )
  return found?.flat()
}

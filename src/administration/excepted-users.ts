import { AwsError } from '../aws/api.ts'
import type { PolicyDocument } from '../policy/document.ts'
import { isLeftOut, type PolicyException } from '../policy/exceptions.ts'
import { locateStatements } from '../policy/mfa-deny.ts'
import type { Administrator } from './administrator.ts'
import { inParallel } from './in-parallel.ts'
import type { KnownPrincipal } from './principals.ts'

interface Policy {
  readonly name: string
  readonly document: PolicyDocument
  readonly now: Date
}

/** The users whom a policy leaves out by now. Undefined where an exception is for a tag, and tags may not be read. */
export async function findExceptedUsers(
  admin: Administrator,
  users: KnownPrincipal['users'],
  exceptions: readonly PolicyException[],
  { now, ...policy }: Policy,
): Promise<string[] | undefined> {
  if (exceptions.length === 0) return []
  const { aws, partition, account, debug } = admin
  const denies = locateStatements([policy]).filter(({ statement }) => statement.Effect === 'Deny')
  const needsTags = exceptions.some(({ kind }) => kind === 'tag')
  try {
    const found = await inParallel(users, async ({ name, path }) => {
      const { tags = {} } = needsTags ? await aws.getUser(name) : {}
      const subject = { partition, account, user: name, path, now }
      return isLeftOut(denies, { subject, tags }) ? [name] : []
    })
    return found.flat()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    debug.log(`the users' tags cannot be read (${error.code})`)
    return undefined
  }
}

import type { PolicyDocument } from '../policy/document.ts'
import { readPolicyText } from '../policy/read-text.ts'
import type { Administrator } from './administrator.ts'
import { compareExceptions, type ExceptionChange } from './exception-changes.ts'
import { exceptionsOf, findExceptedUsers } from './excepted-users.ts'
import { diffPolicies } from './line-diff.ts'
import type { ExistingPolicy } from './plan.ts'
import type { KnownPrincipal } from './principals.ts'
import { NOBODY, readSharedWith, usersOf, type SharedWith } from './shared-with.ts'

/** What a new text of a policy changes for all that have the policy. */
export interface TextChange {
  /** Line by line. */
  readonly diff: readonly string[]
  /** Undefined where that may not be read. */
  readonly sharedWith: SharedWith | undefined
  readonly exceptionChanges: readonly ExceptionChange[]
  /** The users whom the policy leaves out until it changes; undefined if tags matter and may not be read. */
  readonly noLongerExcepted: readonly string[] | undefined
}

export const NO_CHANGE: TextChange = {
  diff: [],
  sharedWith: NOBODY,
  exceptionChanges: [],
  noLongerExcepted: [],
}

/** Whom a plan is made for. */
export interface Owner {
  readonly principal: KnownPrincipal
  readonly isAttached: boolean
  readonly now: Date
}

export async function readTextChange(
  admin: Administrator,
  existing: ExistingPolicy,
  text: string,
  { principal, isAttached, now }: Owner,
): Promise<TextChange> {
  const [old, next] = [readDocument(existing.text), readDocument(text)]
  const exceptionChanges = compareExceptions(exceptionsOf(old), exceptionsOf(next), now)
  const sharedWith = await readSharedWith(admin, existing, { principal, isAttached })
  const owners = [...(isAttached ? [principal] : []), ...(sharedWith?.principals ?? [])]
  const areOnlyNew = exceptionChanges.every(({ change }) => change === 'begins')
  const users = areOnlyNew ? [] : usersOf(owners)
  const before = await findExceptedUsers(admin, users, old, now)
  const wereExcepted = users.filter(({ name }) => before?.includes(name))
  const after = await findExceptedUsers(admin, wereExcepted, next, now)
  return {
    diff: diffPolicies(existing.text, text),
    sharedWith,
    exceptionChanges,
    noLongerExcepted: before && after && before.filter((user) => !after.includes(user)),
  }
}

/** As `--json` prints it. */
export function changeToJson({ diff, sharedWith, exceptionChanges, noLongerExcepted }: TextChange) {
  const roles = sharedWith?.roles.map((name) => ({ kind: 'role', name, users: [] })) ?? []
  const principals = sharedWith?.principals.map(({ kind, name, users }) => ({
    kind,
    name,
    users: users.map((user) => user.name),
  }))
  return {
    diff,
    sharedWith: principals === undefined ? null : [...principals, ...roles],
    exceptionChanges,
    noLongerExcepted: noLongerExcepted ?? null,
  }
}

/** Nothing is known of a text that cannot be read. */
function readDocument(text: string): PolicyDocument {
  const read = readPolicyText(text)
  return 'policy' in read ? read.policy : { Version: '2012-10-17', Statement: [] }
}

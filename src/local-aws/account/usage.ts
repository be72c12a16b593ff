/** How often policies and groups are used, counted once for a whole list. */
import type { Account } from './model.ts'

/** How many users, groups and roles have a managed policy, by its ARN. */
export function countAttachments({ users, groups, roles }: Account): ReadonlyMap<string, number> {
  return count([...users, ...groups, ...roles].flatMap(({ attached }) => attached))
}

/** For how many users a managed policy is the permissions boundary, by its ARN. */
export function countBoundaries({ users }: Account): ReadonlyMap<string, number> {
  return count(users.flatMap(({ boundary }) => boundary ?? []))
}

/** The names of the groups of a user, by the user's name. */
export function groupsByUser({ groups }: Account): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>()
  for (const { name, members } of groups) {
    for (const member of members) {
      const known = names.get(member)
      if (known) known.push(name)
      else names.set(member, [name])
    }
  }
  return names
}

function count(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}

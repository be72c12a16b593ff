/** Where resources with the names of users tell users apart; pure. */
import { memoize } from '../memoize.ts'
import { arnPattern, patternsOverlap } from '../policy/actions/overlap.ts'
import { resourcePatterns } from '../policy/evaluate.ts'
import { everydayRequests } from '../policy/mfa-deny.ts'
import { matchesPattern, readPattern, type VariableLookup } from '../policy/pattern.ts'
import { iamArn } from '../policy/subject.ts'
import type { AccountFacts, UserFacts } from './model.ts'
import { hasUserName, isUserName, NAME } from './resources.ts'

/** Users for whom all probes of all their statements have the same results are decided alike. */
export type Probe = (user: UserFacts) => unknown

/**
 * Compares a resource of a statement with those that other statements, and requests, have for the user by name. There is
 * no probe where the name makes no difference.
 */
export function createResourceProbes(facts: AccountFacts): (pattern: string) => readonly Probe[] {
  const subject = { ...facts, user: '${aws:username}', now: new Date(facts.readAt) }
  const fixed = everydayRequests(subject).map(([, resource]) => resource)
  const own = ['${aws:PrincipalArn}', iamArn(facts, 'mfa/${aws:username}')]
  const named = new Set([...own, ...resourcesIn(facts).filter(hasUserName)])
  const example = { name: NAME, arn: iamArn(facts, `user/${NAME}`) }
  const anyone = { name: '?*', arn: iamArn(facts, 'user/?*') }
  const forAnyone = memoize((pattern: string) => arnPattern(fill(pattern, anyone, '?*')))
  const dependsOnName = (pattern: string, other: string): boolean =>
    patternsOverlap(forAnyone(pattern), forAnyone(other)) &&
    !matchesPattern(fill(other, example, '\0'), fill(pattern, example, '\0'), {
      wildcards: 'resource',
    })
  return memoize((pattern) => {
    const others = [...named, ...(hasUserName(pattern) ? fixed : [])].filter(
      (other) => other !== pattern && dependsOnName(pattern, other),
    )
    if (others.length === 0) return []
    const fillFor = (each: string, user: UserFacts) => arnPattern(fill(each, user, '?*'))
    return [
      (user) => {
        const own = fillFor(pattern, user)
        return others.map((other) => patternsOverlap(own, fillFor(other, user)))
      },
    ]
  })
}

function resourcesIn({ users, groups, policies }: AccountFacts): string[] {
  const inline = [...users, ...groups].flatMap((each) => each.inline)
  return [...inline, ...policies.values()]
    .flatMap(({ document }) => document.Statement)
    .flatMap(resourcePatterns)
}

type Principal = Pick<UserFacts, 'name' | 'arn'> & Partial<Pick<UserFacts, 'tags'>>

/** IAM has paths of up to 512 characters and names of up to 64. To compare what is longer would take minutes. */
const LONGEST_VALUE = 700

/** With the values of variables, and `other` for those that are not known. */
function fill(pattern: string, { name, arn, tags }: Principal, other: string): string {
  const valueOf: VariableLookup = (key) => {
    if (isUserName(key)) return name
    if (key.toLowerCase() === 'aws:principalarn') return arn
    return tags !== undefined && isTag(key) ? tagIn(tags, key) : other
  }
  const lookup: VariableLookup = (key) => valueOf(key)?.slice(0, LONGEST_VALUE)
  const parts = readPattern(pattern, { wildcards: 'resource', lookup }) ?? []
  return parts.map((part) => ('text' in part ? part.text : part.wildcard)).join('')
}

const TAG = /^aws:principaltag\/(.+)$/is

export function isTag(key: string): boolean {
  return TAG.test(key)
}

/** Keys of tags have no case in conditions (IAM User Guide, "Tags for AWS Identity and Access Management"). */
export function tagIn(tags: UserFacts['tags'], key: string): string | undefined {
  const name = TAG.exec(key)?.[1]?.toLowerCase()
  return Object.entries(tags).find(([each]) => each.toLowerCase() === name)?.[1]
}

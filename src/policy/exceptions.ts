/** Users whom the MFA Denies leave out, and until when; pure. */
import { readDate, readOperator } from './condition.ts'
import { clausesOf, type Clause } from './evaluate.ts'
import { everydayRequests, isMfaDeny, matches, type LocatedStatement } from './mfa-deny.ts'
import { tagKeys, type OpenContext } from './request-context.ts'
import { inferSubject, type Subject } from './subject.ts'

/** Whom an exception leaves out. `user` and `path` may have wildcards, and `user` has the path before the name. */
export type ExceptedUsers =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'tag'; readonly key: string; readonly value: string }
  | { readonly kind: 'user'; readonly user: string }

export type PolicyException = ExceptedUsers & {
  /** From when on these users are denied as others are, as `2027-03-31T00:00:00Z`; undefined for never. */
  readonly until: string | undefined
  /** The Deny that leaves them out. */
  readonly at: LocatedStatement
}

/**
 * The exceptions in all statements that apply to a principal together. Conditions name who may be left out; whether and
 * until when they are is asked of the evaluator, so that an exception in one Deny that another one covers is none.
 */
export function exceptionsIn(statements: readonly LocatedStatement[]): PolicyException[] {
  const named = statements.filter(isMfaDeny).flatMap(usersLeftOutBy)
  if (named.length === 0) return []
  const denies = statements.filter(({ statement }) => statement.Effect === 'Deny')
  const policies = [...new Set(denies.map(({ policy }) => policy))]
  const subject = { ...inferSubject(policies, new Date(0)), user: 'somebody-else', path: '/' }
  const unique = new Map(named.toReversed().map((each) => [describeExcepted(each), each]))
  return [...unique.values()].toReversed().flatMap((each): PolicyException[] => {
    const someone = exampleOf(each, subject)
    const periods = periodsOf(denies).map((period) => {
      const isOpen = isLeftOut(denies, {
        ...someone,
        subject: { ...someone.subject, now: period.at },
      })
      return { ...period, isOpen }
    })
    const last = periods.findLast(({ isOpen }) => isOpen)
    return last === undefined ? [] : [{ ...each, until: last.end }]
  })
}

/** A user, and all of the user's tags. */
export interface KnownUser {
  readonly subject: Subject
  readonly tags: Readonly<Record<string, string>>
}

/** Whether the Denies stop others without MFA in everyday work, but not this user, at the subject's time. */
export function isLeftOut(denies: readonly LocatedStatement[], user: KnownUser): boolean {
  const isDenied = ({ subject, tags }: KnownUser) => {
    const context = tagContext(tags)
    return everydayRequests(subject).map((request) =>
      matches(denies, subject, request, 'bareKey', context),
    )
  }
  const own = isDenied(user)
  if (own.every(Boolean)) return false
  const others = isDenied({
    subject: { ...user.subject, user: 'somebody-else', path: '/' },
    tags: {},
  })
  return others.some((isOtherDenied, index) => isOtherDenied && own[index] === false)
}

export function tagContext(tags: KnownUser['tags']): OpenContext {
  return { 'aws:PrincipalTag/*': undefined, ...tagKeys(tags) }
}

export function describeExcepted(users: ExceptedUsers): string {
  switch (users.kind) {
    case 'path':
      return `users under ${users.path}`
    case 'tag':
      return `users with the tag ${users.key}=${users.value}`
    case 'user':
      return `the user ${users.user}`
  }
}

/** A user whom the exception is for. */
export function exampleOf(users: ExceptedUsers, subject: Subject): KnownUser {
  if (users.kind === 'tag') {
    return { subject, tags: { [users.key]: fillWildcards(users.value) } }
  }
  const name = users.kind === 'path' ? `${users.path.slice(1)}any` : users.user
  const [, path = '', user = ''] = /^(.*\/)?(.*)$/s.exec(fillWildcards(name)) ?? []
  return { subject: { ...subject, path: `/${path}`, user }, tags: {} }
}

function fillWildcards(pattern: string): string {
  return pattern.replaceAll(/[*?]/g, 'x')
}

/** The keys of a Deny's conditions that name users of these exceptions. */
export function exceptionKeys(
  { statement }: LocatedStatement,
  exceptions: readonly PolicyException[],
): string[] {
  const names = exceptions.map(describeExcepted)
  return clausesOf(statement.Condition)
    .filter((clause) => usersIn(clause).some((users) => names.includes(describeExcepted(users))))
    .map(({ key }) => key.toLowerCase())
}

type NamedUsers = ExceptedUsers & { readonly at: LocatedStatement }

function usersLeftOutBy(at: LocatedStatement): NamedUsers[] {
  return clausesOf(at.statement.Condition).flatMap((clause) =>
    usersIn(clause).map((users) => ({ ...users, at })),
  )
}

/** Whom a negated condition leaves out. */
function usersIn({ operator, key, values }: Clause): ExceptedUsers[] {
  const { isNegated = false, kind } = readOperator(operator) ?? {}
  if (!isNegated || kind !== 'text') return []
  const [name = '', tag] = key.split(/\/(.*)/s)
  switch (name.toLowerCase()) {
    case 'aws:principalarn':
      return values.flatMap(usersByArn)
    case 'aws:username':
      return values.map((user) => ({ kind: 'user', user }))
    case 'aws:principaltag':
      return tag === undefined ? [] : values.map((value) => ({ kind: 'tag', key: tag, value }))
    default:
      return []
  }
}

/** None for roles and root users. */
function usersByArn(arn: string): ExceptedUsers[] {
  const rest = /^arn:[^:]*:iam::[^:]*:user\/(.*)$/s.exec(arn)?.[1]
  if (rest === undefined) return []
  const path = /^(?:.*\/)?(?=\*$)/s.exec(rest)?.[0]
  return [path === undefined ? { kind: 'user', user: rest } : { kind: 'path', path: `/${path}` }]
}

/** The times between which no condition on the time changes, each by a time in it. */
function periodsOf(denies: readonly LocatedStatement[]): { at: Date; end: string | undefined }[] {
  const times = denies
    .flatMap(({ statement }) => clausesOf(statement.Condition))
    .filter(({ key }) => /^aws:(?:CurrentTime|EpochTime)$/i.test(key))
    .flatMap(({ values }) => values.map(readDate))
    .filter((time) => !Number.isNaN(time))
  const ends = [...new Set(times)].sort((a, b) => a - b)
  // `aws:EpochTime` counts whole seconds.
  const starts = ends.map((time) => new Date(time + 1000))
  const first = new Date((ends[0] ?? 0) - 1000)
  return [first, ...starts].map((at, index) => ({ at, end: formatTime(ends[index]) }))
}

function formatTime(time: number | undefined): string | undefined {
  return time === undefined ? undefined : formatDate(new Date(time))
}

/** A year, and some days for those who plan ahead. */
const FAR_MS = 400 * 86_400_000

export function isFarAway(end: Date, now: Date): boolean {
  return end.getTime() - now.getTime() > FAR_MS
}

/** As AWS's documentation writes the values of `aws:CurrentTime`. */
export function formatDate(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z')
}

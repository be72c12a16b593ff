/** The verdict on each user; pure. */
import type { StatementReference } from '../policy/evaluate.ts'
import { describeCredentials } from './credentials.ts'
import { createJudge, type Enforcement } from './enforcement.ts'
import { exceptionsOf, isExcusedBy } from './exceptions.ts'
import { blocksOf, outlookOf, type Outlook } from './if-enforced.ts'
import type { AccountFacts, KeyFacts, UserFacts } from './model.ts'
import type { ExceptionVerdict, UserVerdict } from './report.ts'
import { describeResource } from './resources.ts'
import { DAY_MS, latest, toDate } from './times.ts'
import type { UserClass } from './user-policies.ts'

export function judgeUsers(facts: AccountFacts, classes: readonly UserClass[]): UserVerdict[] {
  const judge = createJudge(facts)
  return classes
    .flatMap((each) => {
      const enforcement = judge(each)
      const blocks = blocksOf(each, facts, enforcement)
      const exceptions = exceptionsOf(each, facts)
      const isExcused = enforcement.enforced !== 'yes' && isExcusedBy(exceptions, each, judge)
      return each.users.map((user) =>
        verdictOn(user, {
          enforcement,
          outlook: outlookOf(user, facts.readAt, blocks),
          exceptions,
          isExcused,
          readAt: facts.readAt,
        }),
      )
    })
    .sort((a, b) => (a.user < b.user ? -1 : 1))
}

interface Judgment {
  readonly enforcement: Enforcement
  readonly outlook: Outlook
  readonly exceptions: readonly ExceptionVerdict[]
  readonly isExcused: boolean
  readonly readAt: number
}

function verdictOn(user: UserFacts, judgment: Judgment): UserVerdict {
  const { enforcement, outlook, exceptions, isExcused, readAt } = judgment
  const { name, arn, path, groups, devices, password, keys } = user
  const { enforced, by, open, dependsOn } = enforcement
  const used = (keys ?? []).map(({ lastUsed }) => lastUsed)
  return {
    user: name,
    arn,
    path,
    groups,
    devices: devices?.map((kind) => kind ?? null) ?? null,
    password: password
      ? {
          isEnabled: password.isEnabled,
          lastUsed: toDate(password.lastUsed),
          mustReset: password.mustReset ?? null,
        }
      : null,
    keys: keys?.map((key) => describeKey(key, readAt)) ?? null,
    lastActivity: toDate(latest([password?.lastUsed, ...used])),
    enforced,
    by,
    open: open
      ? {
          action: open.request[0],
          resource: describeResource(open.request[1], name),
          credentials: open.kind,
          by: open.by,
        }
      : null,
    dependsOn,
    exceptions,
    isExcused,
    ifEnforced: outlook.ifEnforced,
    canEnroll: outlook.canEnroll,
    why: describe(judgment),
  }
}

function describeKey({ isActive, createdAt, lastUsed, lastService }: KeyFacts, readAt: number) {
  return {
    isActive,
    age: createdAt === undefined ? null : Math.floor((readAt - createdAt) / DAY_MS),
    lastUsed: toDate(lastUsed),
    lastService,
  }
}

function describe({ enforcement, exceptions, outlook }: Judgment): string {
  return `${describeEnforcement(enforcement, exceptions)}${describeUnknown(enforcement)}; ${outlook.why}.`
}

function describeUnknown({ open, unknown }: Enforcement): string {
  if (unknown.length === 0) return ''
  const names = unknown.join(', ')
  return open ? `, and ${names} could not be read` : `, but what ${names} allows could not be read`
}

function describeEnforcement(
  { open, by, dependsOn, isAllowedAnything }: Enforcement,
  [exception]: readonly ExceptionVerdict[],
): string {
  if (open !== undefined) {
    const where = open.by.policy === '' ? '' : ` (${nameOf(open.by)})`
    const hedge = dependsOn.length === 0 ? '' : `, depending on ${dependsOn.join(', ')}`
    const because = exception === undefined ? '' : `, as an exception ${describeEnd(exception)}`
    const [action] = open.request
    return `${action} gets through with ${describeCredentials(open.kind)}${where}${hedge}${because}`
  }
  const [first] = by
  if (!isAllowedAnything) return 'No policy allows anything that matters'
  if (first === undefined) return 'Everything that its policies allow asks for MFA'
  return `${nameOf(first)} denies what its policies allow, without MFA`
}

export function describeEnd({ until }: Pick<ExceptionVerdict, 'until'>): string {
  return until === null ? 'without an end' : `until ${until}`
}

export function nameOf({ policy, sid, index }: StatementReference): string {
  return `${policy}: ${sid ?? `#${index + 1}`}`
}

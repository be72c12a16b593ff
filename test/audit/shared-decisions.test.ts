/** An audit decides once for all users who are alike: each must get the verdict that it would get alone. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { askAs } from '../../src/audit/ask.ts'
import { auditAccount } from '../../src/audit/audit-account.ts'
import type { AccountFacts, UserFacts } from '../../src/audit/model.ts'
import type { AuditReport, UserVerdict } from '../../src/audit/report.ts'
import { classify } from '../../src/audit/user-policies.ts'
import { KINDS_WITHOUT_MFA } from '../../src/policy/checks/checked-policies.ts'
import { mayStayOpen } from '../../src/policy/checks/exemptions.ts'
import type { ActionOnResource } from '../../src/policy/mfa-deny.ts'
import { outcomesOf } from '../../src/policy/predict.ts'
import type { CredentialKind } from '../../src/policy/subject.ts'
import { iam, randomAccount, s3 } from '../support/random-accounts.ts'

/** A failure prints the seed. */
const SEEDS = [1, Date.now() % 2 ** 31]
const RUNS = 6

test.each(SEEDS)(
  'each user has the verdict that it has alone, and the evaluator agrees: seed %i',
  (seed) => {
    const seen = { yes: 0, no: 0, partly: 0 }
    fc.assert(
      fc.property(randomAccount, (account) => {
        const report = auditAccount(account)
        for (const user of account.users) {
          const verdict = verdictOn(user, report)
          seen[verdict.enforced]++
          expect(contradictions(verdict, user, account), JSON.stringify(verdict)).toEqual([])
        }
        // The first one may stand for the others.
        for (const user of account.users.slice(1)) {
          const alone = auditAccount({ ...account, users: [user] })
          expect(verdictOn(user, report)).toEqual(verdictOn(user, alone))
          expect(rolesOf(user, report)).toEqual(rolesOf(user, alone))
        }
      }),
      { numRuns: RUNS, seed },
    )
    // Accounts that nearly all have the same verdicts prove little.
    if (seed === SEEDS[0]) expect(Math.min(...Object.values(seen))).toBeGreaterThan(RUNS / 10)
  },
  600_000,
)

function verdictOn({ arn }: UserFacts, { users }: AuditReport): UserVerdict {
  return users.find((each) => each.arn === arn)!
}

function rolesOf({ name }: UserFacts, { roles }: AuditReport): string[] {
  return roles.filter(({ users }) => users.includes(name)).map(({ role }) => role)
}

/** Each has a resource that the action takes. */
const REQUESTS: readonly ActionOnResource[] = [
  ...'home/alice/f home/bob/f home/public/f other/alice/f other/bob/f red/f z/f z/public/f'
    .split(' ')
    .map((each) => ['s3:GetObject', s3(each)] as const),
  ...['red', 'z'].map((each) => ['s3:ListBucket', s3(each)] as const),
  ...['alice', 'bob', 'team/z', 'az', 'z'].map(
    (each) => ['iam:PutUserPolicy', iam(`user/${each}`)] as const,
  ),
  ...['alice', 'bob', 'red', 'z'].map((each) => ['sts:AssumeRole', iam(`role/${each}`)] as const),
]

/** Requests that are not as the verdict says. */
function contradictions(
  { open }: UserVerdict,
  user: UserFacts,
  account: AccountFacts,
): readonly ActionOnResource[] {
  const [{ statements } = { statements: [] }] = classify({ ...account, users: [user] })
  const ask = askAs(user, account, statements)
  const isOpen = (request: ActionOnResource, kind: CredentialKind): boolean =>
    outcomesOf(ask(request, kind)).some(({ decision }) => decision === 'allowed')
  if (open !== null) {
    const request = [open.action, open.resource] as const
    return isOpen(request, open.credentials) ? [] : [request]
  }
  return REQUESTS.filter(
    (request) =>
      !mayStayOpen(request[0], request[1] === user.arn) &&
      KINDS_WITHOUT_MFA.some((kind) => isOpen(request, kind)),
  )
}

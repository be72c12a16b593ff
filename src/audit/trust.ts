/** Which users a role's trust policy lets take the role without MFA; pure. */
import { actionApplies, locateStatements, type LocatedStatement } from '../policy/evaluate.ts'
import { outcomesOf, predict, type Prediction } from '../policy/predict.ts'
import type { OpenContext } from '../policy/request-context.ts'
import { readPolicy } from '../policy/read-document.ts'
import { trustPrincipals } from '../policy/trust-principals.ts'
import type { RoleFacts } from './model.ts'
import { looksAtUser } from './probes.ts'

export const ASSUME_ROLE = 'sts:AssumeRole'

/** What a trust policy says about principals of AWS. */
export interface Trust {
  readonly role: RoleFacts
  readonly statements: readonly TrustStatement[]
  /** Whether its conditions look at the user. */
  readonly looksAtUser: boolean
}

interface TrustStatement {
  readonly located: LocatedStatement
  /** ARNs, account IDs or `*`. */
  readonly principals: readonly string[]
}

/** Throws an Error for a text that is no trust policy. */
export function readTrust(role: RoleFacts): Trust {
  const parsed: unknown = JSON.parse(role.trust)
  if (!isObject(parsed)) throw new Error('the policy is no object')
  const raw = [parsed.Statement].flat().map((each: unknown, index) => {
    if (isObject(each)) return each
    throw new Error(`statement ${index + 1} is no object`)
  })
  const forAws = raw
    .map((each) => ({ each, principals: trustPrincipals(each.Principal) }))
    .filter(({ principals }) => principals.length > 0)
  if (forAws.length === 0) return { role, statements: [], looksAtUser: false }
  const Statement = forAws.map(({ each }) => ({ ...withoutPrincipal(each), Resource: '*' }))
  const document = readPolicy({ ...parsed, Statement })
  const statements = locateStatements([{ name: 'trust policy', document }])
    .map((located, index) => ({ located, principals: forAws[index]?.principals ?? [] }))
    .filter(({ located }) => actionApplies(located.statement, ASSUME_ROLE))
  return { role, statements, looksAtUser: statements.some(({ located }) => looksAtUser(located)) }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function withoutPrincipal(statement: Record<string, unknown>) {
  return Object.fromEntries(Object.entries(statement).filter(([name]) => name !== 'Principal'))
}

/** By whose naming a statement is for a user: the user's own, or that of the whole account. */
export type Naming = 'user' | 'account'

/**
 * Whether the trust policy lets a user of its account in. Naming the user is enough; naming the account leaves the
 * decision to the user's own policies (IAM User Guide, "Cross-account policy evaluation logic").
 */
export function isTrusted(
  trust: Trust,
  arn: string,
  naming: Naming,
  context: OpenContext,
): boolean {
  const [, , , , account = ''] = arn.split(':')
  const wide = [account, arn.replace(/:user\/.*/s, ':root')]
  const isFor = ({ located, principals }: TrustStatement): boolean => {
    const isDirect = principals.includes('*') || principals.includes(arn)
    const isWide = principals.some((each) => wide.includes(each))
    return located.statement.Effect === 'Deny' || naming === 'account'
      ? isDirect || isWide
      : isDirect
  }
  const statements = trust.statements.filter(isFor).map(({ located }) => located)
  const request = { action: ASSUME_ROLE, resource: trust.role.arn, context }
  return statements.length > 0 && mayAllow(predict(statements, request))
}

export function mayAllow(prediction: Prediction): boolean {
  return outcomesOf(prediction).some(
    ({ decision }) => decision === 'allowed' || decision === 'notKnown',
  )
}

/** The users that the trust policy names one by one, be it to let them in or to keep them out. */
export function namedUsers({ statements }: Trust): string[] {
  return statements.flatMap(({ principals }) =>
    principals.filter((each) => each.includes(':user/')),
  )
}

export function namesAll({ statements }: Trust): boolean {
  return statements.some(
    ({ located, principals }) => located.statement.Effect === 'Allow' && principals.includes('*'),
  )
}

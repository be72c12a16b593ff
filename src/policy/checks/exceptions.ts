/** Users whom the MFA Deny leaves out: until when, and whether users can make themselves such. */
import {
  describeExcepted,
  exampleOf,
  exceptionsIn,
  isFarAway,
  type ExceptedUsers,
  type PolicyException,
} from '../exceptions.ts'
import type { PolicyProblem } from '../findings.ts'
import { locateStatements, predictFor } from '../mfa-deny.ts'
import { outcomesOf } from '../predict.ts'
import type { OpenContext } from '../request-context.ts'
import { ownArn, type Subject } from '../subject.ts'
import { KINDS_WITHOUT_MFA, type CheckedPolicies } from './checked-policies.ts'

export function checkExceptions(checked: CheckedPolicies): PolicyProblem[] {
  return exceptionsIn(checked.denies).flatMap((exception): PolicyProblem[] => {
    const { at, until } = exception
    const users = describeExcepted(exception)
    if (until === undefined) {
      return [{ code: 'exception-without-end', at, users }, ...findHoles(checked, exception)]
    }
    const [end, { now }] = [new Date(until), checked.subject]
    if (end <= now) return [{ code: 'exception-ended', at, users, until }]
    const isFar = isFarAway(end, now)
    return [{ code: 'exception', at, users, until, isFar }, ...findHoles(checked, exception)]
  })
}

function findHoles(checked: CheckedPolicies, exception: PolicyException): PolicyProblem[] {
  const { at } = exception
  const users = describeExcepted(exception)
  const granting = findGranting(checked, exception)
  return [
    ...(granting === undefined
      ? []
      : [{ code: 'exception-self-granted' as const, at, users, ...granting }]),
    ...(exception.kind === 'path' && !checked.policies.some(({ isBoundary }) => isBoundary)
      ? [{ code: 'exception-without-boundary' as const, at, users }]
      : []),
  ]
}

interface Change {
  readonly action: string
  /** IAM looks at all of these. */
  readonly resources: readonly string[]
  readonly context: OpenContext
}

/** What users do to become such. */
function changeInto(users: ExceptedUsers, subject: Subject): Change {
  const own = ownArn(subject)
  if (users.kind === 'tag') {
    const { tags } = exampleOf(users, subject)
    const requested = Object.entries(tags).map(
      ([key, value]) => [`aws:RequestTag/${key}`, value] as const,
    )
    return {
      action: 'iam:TagUser',
      resources: [own],
      context: { ...Object.fromEntries(requested), 'aws:TagKeys': Object.keys(tags) },
    }
  }
  // IAM API reference, UpdateUser: a new path or name takes permission for the old and the new ARN.
  const { path = '/', user } = exampleOf(users, subject).subject
  const moved = ownArn({ ...subject, path, user: users.kind === 'path' ? subject.user : user })
  return { action: 'iam:UpdateUser', resources: [own, moved], context: {} }
}

/** The Allow by which users can make the change to themselves, with MFA or without. */
function findGranting({ policies, subject }: CheckedPolicies, users: ExceptedUsers) {
  const { action, resources, context } = changeInto(users, subject)
  const statements = locateStatements(policies)
  for (const kind of [...KINDS_WITHOUT_MFA, 'mfaSession'] as const) {
    const granting = resources.map((resource) => {
      const prediction = predictFor(statements, subject, [action, resource], kind, context)
      return outcomesOf(prediction).find(({ decision }) => decision === 'allowed')
    })
    const [first] = granting
    if (first !== undefined && granting.every((each) => each !== undefined)) {
      const { policy, sid, index } = ('statement' in first && first.statement) || { policy: '' }
      return { action, by: sid ?? (index === undefined ? policy : `#${index + 1}`) }
    }
  }
  return undefined
}

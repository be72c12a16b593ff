/** Whether a policy of the account may be replaced: only one of mfa-login's own; pure. */
import type { Statement } from '../policy/document.ts'
import { MARK, STYLES } from '../policy/documents.ts'
import { clausesOf, type Clause } from '../policy/evaluate.ts'
import { readPolicyText } from '../policy/read-text.ts'
import { MFA } from '../policy/subject.ts'
import { withoutExceptions } from '../policy/with-exceptions.ts'

const STATEMENTS = Object.values(STYLES).flatMap((style) => style().Statement)
const ALLOWS = STATEMENTS.filter(({ Effect }) => Effect === 'Allow')
const SELF_SERVICE = actionsOf(ALLOWS)
/** Deactivating a device takes MFA in every style. */
const EXEMPTIBLE = new Set([
  ...actionsOf(ALLOWS.filter(({ Condition }) => Condition === undefined)),
  ...STATEMENTS.flatMap(({ NotAction = [] }) => NotAction),
])
/** What is about no user, or only lists. */
const FOR_EVERYTHING = actionsOf(ALLOWS.filter(({ Resource }) => Resource?.includes('*')))

function actionsOf(statements: readonly Statement[]): ReadonlySet<string> {
  return new Set(statements.flatMap(({ Action = [] }) => Action))
}

/** Whether mfa-login created the policy. */
export function hasMark({ description }: { readonly description: string }): boolean {
  return description.startsWith(MARK)
}

/** By its mark, or as the same gate: copies of the widely known form have no mark. */
export function isOwnPolicy(policy: { description: string; text: string }): boolean {
  return hasMark(policy) || isOwnVersion(policy.text)
}

/**
 * Whether mfa-login writes such a version, with exceptions or without: it denies all but self-service without MFA, and
 * allows nothing else. Anybody can add other versions to a policy with its mark.
 */
export function isOwnVersion(text: string): boolean {
  const read = readPolicyText(text)
  if (!('policy' in read)) return false
  const { Statement: statements } = read.policy
  const denies = withoutExceptions(statements.filter(({ Effect }) => Effect === 'Deny')) ?? []
  const allows = statements.filter(({ Effect }) => Effect === 'Allow')
  return denies.length > 0 && denies.every(isGate) && allows.every(isSelfService)
}

function isGate({ NotAction, Resource, Condition }: Statement): boolean {
  const clauses = clausesOf(Condition)
  return (
    NotAction?.every((action) => EXEMPTIBLE.has(action)) === true &&
    Resource?.includes('*') === true &&
    clauses.some(({ key }) => key === MFA) &&
    clauses.every(isOfGate)
  )
}

/** Copies of the widely known form have `Bool`, too. */
function isOfGate({ operator, key, values }: Clause): boolean {
  const isKnown = /^Bool(IfExists)?$/.test(operator) && [MFA, 'aws:ViaAWSService'].includes(key)
  return isKnown && values.join() === 'false'
}

function isSelfService({ Action, Resource = ['*'] }: Statement): boolean {
  const isOwn = Resource.every((each) => OWN.test(each))
  return (
    Action?.every((action) => FOR_EVERYTHING.has(action) || (isOwn && SELF_SERVICE.has(action))) ===
    true
  )
}

/** The user, and devices, whose names are free. */
const OWN = /^arn:[\w-]+:iam::(?:\*|\d{12}):(?:mfa\/\*|(?:mfa|user)\/(?:\*\/)?\$\{aws:username\})$/

/** Whether a policy of the account may be replaced: only one of mfa-login's own; pure. */
import type { Statement } from '../policy/document.ts'
import { STYLES } from '../policy/documents.ts'
import { clausesOf } from '../policy/evaluate.ts'
import { readPolicyText } from '../policy/read-text.ts'
import { MFA } from '../policy/subject.ts'

/** The description of the policies that mfa-login creates. IAM does not let anybody change it. */
export const MARK = 'Managed by mfa-login'

const STATEMENTS = Object.values(STYLES).flatMap((style) => style().Statement)
const SELF_SERVICE = new Set(
  STATEMENTS.flatMap(({ Action = [], NotAction = [] }) => [...Action, ...NotAction]),
)
const CONDITION_KEYS = [MFA, 'aws:ViaAWSService']

/** What withExceptions adds. */
const EXCEPTION_KEY = /^aws:(PrincipalArn|CurrentTime|PrincipalTag\/.+)$/i

/** Whether mfa-login created the policy. */
export function hasMark({ description }: { readonly description: string }): boolean {
  return description.startsWith(MARK)
}

/** By its mark, or as the same gate: copies of the widely known form have no mark. */
export function isOwnPolicy(policy: { description: string; text: string }): boolean {
  return hasMark(policy) || isSameGate(policy.text, (key) => CONDITION_KEYS.includes(key))
}

/** Whether mfa-login writes such a version: anybody can add others to a policy with its mark. */
export function isOwnVersion(text: string): boolean {
  return isSameGate(text, (key) => CONDITION_KEYS.includes(key) || EXCEPTION_KEY.test(key))
}

/** Denies all but self-service without MFA, and allows nothing else. */
function isSameGate(text: string, isKnown: (key: string) => boolean): boolean {
  const read = readPolicyText(text)
  if (!('policy' in read)) return false
  const { Statement: statements } = read.policy
  const [denies, allows] = [
    statements.filter(({ Effect }) => Effect === 'Deny'),
    statements.filter(({ Effect }) => Effect === 'Allow'),
  ]
  return (
    denies.length > 0 &&
    denies.every((deny) => isGate(deny, isKnown)) &&
    allows.every(isSelfService)
  )
}

function isGate(
  { NotAction, Resource, Condition }: Statement,
  isKnown: (key: string) => boolean,
): boolean {
  const keys = clausesOf(Condition).map(({ key }) => key)
  return (
    NotAction?.every((action) => SELF_SERVICE.has(action)) === true &&
    Resource?.includes('*') === true &&
    keys.includes(MFA) &&
    keys.every(isKnown)
  )
}

function isSelfService({ Action }: Statement): boolean {
  return Action?.every((action) => SELF_SERVICE.has(action)) === true
}

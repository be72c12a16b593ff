/** The policies that ask for MFA, and what is wrong with them; pure. */
import { checkForAll } from '../policy/check-policies.ts'
import type { PolicyDocument } from '../policy/document.ts'
import type { NamedPolicy } from '../policy/evaluate.ts'
import type { PolicyFinding } from '../policy/findings.ts'
import { isMfaDeny, locateStatements } from '../policy/mfa-deny.ts'
import { inferSubject } from '../policy/subject.ts'
import type { AccountFacts, GateVerdict, IdentityFacts } from './model.ts'
import { memoize } from '../memoize.ts'

export function judgeGates(facts: AccountFacts): GateVerdict[] {
  // The same gate has many names.
  const check = memoize((text: string): PolicyFinding[] => {
    const policy = { name: '', document: JSON.parse(text) as PolicyDocument }
    const { partition, account, readAt } = facts
    const subject = { ...inferSubject([policy], new Date(readAt)), partition, account }
    return checkForAll([policy], [subject], { isComplete: false })
  })
  return holdersOfPolicies(facts).map(({ policy: { name, document }, arn, attachedTo }) => ({
    policy: name,
    arn,
    attachedTo,
    findings: check(JSON.stringify(document)).map((each) =>
      each.policy === undefined ? each : { ...each, policy: name },
    ),
  }))
}

interface Held {
  readonly policy: NamedPolicy
  readonly arn: string | null
  readonly attachedTo: string[]
}

/** Each gate once: inline policies of the same name and text are one. */
function holdersOfPolicies({ users, groups, roles, policies }: AccountFacts): Held[] {
  const held = new Map<string, Held>()
  for (const [arn, policy] of policies) {
    if (isGate(policy)) held.set(arn, { policy, arn, attachedTo: [] })
  }
  const note = (kind: string, { name, inline, attached }: IdentityFacts): void => {
    for (const arn of attached) held.get(arn)?.attachedTo.push(`${kind} ${name}`)
    for (const policy of inline.filter(isGate)) {
      const key = JSON.stringify(policy)
      const known = held.get(key) ?? { policy, arn: null, attachedTo: [] }
      known.attachedTo.push(`${kind} ${name}`)
      held.set(key, known)
    }
  }
  for (const group of groups) note('group', group)
  for (const user of users) {
    note('user', user)
    if (user.boundary !== undefined) {
      held.get(user.boundary)?.attachedTo.push(`user ${user.name} (boundary)`)
    }
  }
  for (const role of roles) note('role', role)
  return [...held.values()].sort((a, b) => (a.policy.name < b.policy.name ? -1 : 1))
}

function isGate(policy: NamedPolicy): boolean {
  return locateStatements([policy]).some(isMfaDeny)
}

/** The policies that ask for MFA, and what is wrong with them; pure. */
import { checkForAll } from '../policy/check-policies.ts'
import type { PolicyDocument } from '../policy/document.ts'
import type { NamedPolicy } from '../policy/evaluate.ts'
import type { PolicyFinding } from '../policy/findings.ts'
import { isMfaDeny, locateStatements } from '../policy/mfa-deny.ts'
import { inferSubject } from '../policy/subject.ts'
import type { AccountFacts, IdentityFacts } from './model.ts'
import type { GateVerdict } from './report.ts'
import { memoize } from '../memoize.ts'

/** Those that hold for somebody in scope; who is comes first of what a gate is attached to. */
export function judgeGates(
  facts: AccountFacts,
  isConcerned: (arn: string) => boolean,
): GateVerdict[] {
  // The same gate has many names.
  const check = memoize((text: string): PolicyFinding[] => {
    const policy = { name: '', document: JSON.parse(text) as PolicyDocument }
    const { partition, account, readAt } = facts
    const subject = { ...inferSubject([policy], new Date(readAt)), partition, account }
    return checkForAll([policy], [subject], { isComplete: false })
  })
  return gatesOf(facts, isConcerned)
    .filter(({ arn, holders }) => (arn !== null && isConcerned(arn)) || holders[0]?.isConcerned)
    .map(({ policy: { name, document }, arn, holders }) => ({
      policy: name,
      arn,
      attachedTo: holders.map(({ text }) => text),
      findings: check(JSON.stringify(document)).map((each) =>
        each.policy === undefined ? each : { ...each, policy: name },
      ),
    }))
}

interface Held {
  readonly policy: NamedPolicy
  readonly arn: string | null
  readonly holders: { readonly text: string; readonly isConcerned: boolean }[]
}

/** Each gate once: inline policies of the same name and text are one. */
function gatesOf(
  { users, groups, roles, policies }: AccountFacts,
  isConcerned: (arn: string) => boolean,
): Held[] {
  const held = new Map<string, Held>()
  for (const [arn, policy] of policies) {
    if (isGate(policy)) held.set(arn, { policy, arn, holders: [] })
  }
  const note = (kind: string, { name, arn, inline, attached }: IdentityFacts): void => {
    const holder = { text: `${kind} ${name}`, isConcerned: isConcerned(arn) }
    for (const each of attached) held.get(each)?.holders.push(holder)
    for (const policy of inline.filter(isGate)) {
      const key = JSON.stringify(policy)
      const known = held.get(key) ?? { policy, arn: null, holders: [] }
      known.holders.push(holder)
      held.set(key, known)
    }
  }
  for (const group of groups) note('group', group)
  for (const user of users) {
    note('user', user)
    if (user.boundary !== undefined) {
      const text = `user ${user.name} (boundary)`
      held.get(user.boundary)?.holders.push({ text, isConcerned: isConcerned(user.arn) })
    }
  }
  for (const role of roles) note('role', role)
  for (const { holders } of held.values()) {
    holders.sort((a, b) => Number(b.isConcerned) - Number(a.isConcerned))
  }
  return [...held.values()].sort((a, b) => (a.policy.name < b.policy.name ? -1 : 1))
}

function isGate(policy: NamedPolicy): boolean {
  return locateStatements([policy]).some(isMfaDeny)
}

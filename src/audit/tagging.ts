/** The users to tag for an exception, which machines need; pure. */
import { POLICY_NAME } from '../policy/policy-options.ts'
import type { Enforcing } from './enforcing.ts'
import type { AuditScope, ExceptionVerdict, GateVerdict, UserVerdict } from './report.ts'

export interface Tagging {
  /** Machines that the policy to come would stop. */
  readonly machines: readonly UserVerdict[]
  /** Machines that the policy of mfa-login stops already, and what has it. */
  readonly stopped: readonly UserVerdict[]
  readonly holder: AuditScope | undefined
  /** Machines that another policy stops, whose exceptions mfa-login does not write. */
  readonly elsewhere: readonly UserVerdict[]
  /** Users whose exception has no option, such as one by name, and whom a policy without it would stop. */
  readonly named: readonly UserVerdict[]
}

interface Judged {
  readonly users: readonly UserVerdict[]
  /** All of the account. */
  readonly everybody: readonly UserVerdict[]
  readonly policies: readonly GateVerdict[]
  readonly enforcing: readonly Enforcing[]
}

export function planTagging({ users, everybody, policies, enforcing }: Judged): Tagging {
  const machines = users.filter(isMachine)
  const own = policies.find(({ policy, arn }) => policy === POLICY_NAME.default && arn !== null)
  const denied = machines.filter(({ enforced }) => enforced === 'yes')
  const stopped = denied.filter((user) => own !== undefined && isStoppedBy(own, user))
  const [first] = stopped
  return {
    machines: machines.filter(({ enforced }) => enforced !== 'yes'),
    stopped,
    holder: first && own && holderFor(own, first),
    elsewhere: denied.filter((user) => !stopped.includes(user)),
    named: everybody.filter((user) => losesException(user, enforcing)),
  }
}

function isMachine({ ifEnforced, exceptions }: UserVerdict): boolean {
  return ifEnforced === 'breaks' && exceptions.length === 0
}

function isStoppedBy(gate: GateVerdict, user: UserVerdict): boolean {
  const isOnly = user.by.every(({ policy }) => policy === gate.policy)
  return isOnly && holderFor(gate, user) !== undefined
}

/** The group of the user, or the user itself, that has the policy. */
function holderFor({ attachedTo }: GateVerdict, { user, groups }: UserVerdict) {
  const principals: AuditScope[] = [
    ...groups.map((name) => ({ kind: 'group', name }) as const),
    { kind: 'user', name: user },
  ]
  return principals.find(({ kind, name }) => attachedTo.includes(`${kind} ${name}`))
}

function losesException(
  { user, groups, exceptions }: UserVerdict,
  enforcing: readonly Enforcing[],
): boolean {
  if (exceptions.length === 0 || exceptions.some((each) => exceptionOf(each) !== undefined)) {
    return false
  }
  const isReplaced = exceptions.some(({ policy }) => policy === POLICY_NAME.default)
  return enforcing.some(
    ({ principal: { kind, name } }) =>
      isReplaced || (kind === 'user' ? name === user : groups.includes(name)),
  )
}

/** What `policy apply` calls an exception; undefined for one that it cannot write. */
export function exceptionOf({
  kind,
  match,
}: ExceptionVerdict): readonly [option: string, value: string] | undefined {
  if (kind === 'user' || /[*?$]/.test(match)) return undefined
  if (kind === 'tag') return ['except-tag', match]
  return match.endsWith('/') ? ['except-path', match] : undefined
}

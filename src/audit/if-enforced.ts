/** What becomes of a user if the strict policy applied today; pure. */
import { ownRequest } from '../policy/checks/checked-policies.ts'
import { ENROLLMENT_ACTIONS } from '../policy/checks/self-service.ts'
import { strictPolicy } from '../policy/documents.ts'
import { locateStatements } from '../policy/evaluate.ts'
import type { CredentialKind } from '../policy/subject.ts'
import { askAs, subjectOf } from './ask.ts'
import type { Enforcement } from './enforcement.ts'
import { memoize } from '../memoize.ts'
import type { AccountFacts, PasswordFacts, UserFacts } from './model.ts'
import type { IfEnforced } from './report.ts'
import { DAY_MS } from './times.ts'
import type { UserClass } from './user-policies.ts'

export interface Outlook {
  readonly ifEnforced: IfEnforced
  /** The end of a sentence about the user. */
  readonly why: string
  /** Of users who must enroll first: whether their policies let them before the strict one does. */
  readonly canEnroll: boolean | null
}

/** A key that was used within these days is in use. */
const IN_USE_DAYS = 90

/** What policies keep users of a class from; undefined where they do not. */
export interface Blocks {
  /** Why they cannot enroll their first device with these credentials. */
  readonly enrolling: (kind: CredentialKind) => string | undefined
  /** Whether they can do so today, without the strict policy. */
  readonly canEnroll: (kind: CredentialKind) => boolean
  /** Why they cannot set a first password: the end of a sentence. */
  readonly firstPassword: () => string | undefined
}

export function outlookOf(user: UserFacts, readAt: number, blocks: Blocks): Outlook {
  return outlookByDevice(user) ?? outlookWithoutUsable(user, readAt, blocks)
}

/** Undefined where there is none that STS takes. */
function outlookByDevice({ devices }: UserFacts): Outlook | undefined {
  const usable = devices?.find((kind) => kind !== undefined && kind !== 'security key')
  if (usable !== undefined) {
    return as('works as before', `has ${usable === 'authenticator' ? 'an' : 'a'} ${usable}`)
  }
  return devices?.includes(undefined)
    ? as('not known', 'has a device, of a kind not known')
    : undefined
}

function outlookWithoutUsable(user: UserFacts, readAt: number, blocks: Blocks): Outlook {
  const { devices, keys, password } = user
  if (devices === undefined || keys === undefined || password === undefined) {
    return as('not known', 'devices, keys or password could not be read')
  }
  const active = keys.filter(({ isActive }) => isActive)
  if (password.isEnabled) {
    return devices.length > 0
      ? as('works in the console only', 'has a security key only, which STS does not take')
      : hasPassword(password, blocks, active.length > 0 ? 'bareKey' : 'sessionWithoutMfa')
  }
  if (active.length === 0) {
    return as('works as before', 'has neither a password nor an active key')
  }
  const used = active.find(({ lastUsed }) => isInUse(lastUsed, readAt))
  if (used !== undefined) return breaks(devices.length > 0, used.lastService)
  // Another device takes a session with MFA (AWS-2023-001), which a security key gives in the console only.
  return devices.length > 0
    ? as('locked out', 'has a security key only, which STS does not take, and no password')
    : mustEnroll(blocks, 'bareKey')
}

function hasPassword({ mustReset }: PasswordFacts, blocks: Blocks, kind: CredentialKind): Outlook {
  const gate = mustReset === true ? blocks.firstPassword() : undefined
  return gate === undefined
    ? mustEnroll(blocks, kind)
    : as(
        'locked out',
        `must set a password first, ${gate}; a policy with --allow-first-password lets them`,
      )
}

function mustEnroll({ enrolling, canEnroll }: Blocks, kind: CredentialKind): Outlook {
  const blocked = enrolling(kind)
  return blocked === undefined
    ? { ...as('must enroll first', 'has no device'), canEnroll: canEnroll(kind) }
    : as('locked out', `has no device and cannot enroll one: ${blocked}`)
}

function breaks(hasSecurityKey: boolean, lastService: string | null): Outlook {
  const device = hasSecurityKey ? 'only a security key, which STS does not take,' : 'no device'
  const service = lastService === null ? '' : ` for ${lastService}`
  return as('breaks', `has ${device} and no password, and works with a key${service}`)
}

function isInUse(lastUsed: number | null, readAt: number): boolean {
  return lastUsed !== null && readAt - lastUsed <= IN_USE_DAYS * DAY_MS
}

function as(ifEnforced: IfEnforced, why: string): Outlook {
  return { ifEnforced, why, canEnroll: null }
}

/** Looks at the policies of a class, with the strict policy beside them; for passwords, unless a gate is in force. */
export function blocksOf(each: UserClass, facts: AccountFacts, enforcement: Enforcement): Blocks {
  const isInForce = enforcement.enforced === 'yes' && enforcement.by.length > 0
  return {
    enrolling: enrollmentBlock(each, facts),
    canEnroll: enrollmentTest(each, facts),
    firstPassword: () =>
      isInForce ? firstPasswordBlock(each, facts) : `for which ${STRICT} asks MFA`,
  }
}

function firstPasswordBlock({ statements, example }: UserClass, facts: AccountFacts) {
  const request = ownRequest(subjectOf(example, facts), 'iam:ChangePassword')
  // The console signs with a session.
  const prediction = askAs(example, facts, statements)(request, 'sessionWithoutMfa')
  if (prediction.decision === 'allowed') return undefined
  if (prediction.decision === 'implicitDeny') return 'which no policy allows'
  const { policy = 'a policy' } = ('statement' in prediction && prediction.statement) || {}
  return `for which ${policy} asks MFA`
}

function enrollmentTest({ statements, example }: UserClass, facts: AccountFacts) {
  const ask = askAs(example, facts, statements)
  const subject = subjectOf(example, facts)
  return memoize((kind: CredentialKind): boolean =>
    ENROLLMENT_ACTIONS.every(
      (action) => ask(ownRequest(subject, action), kind).decision === 'allowed',
    ),
  )
}

const STRICT = 'the strict policy'

/** Looks at the policies of a class with the strict policy beside them. */
function enrollmentBlock({ statements, example }: UserClass, facts: AccountFacts) {
  const strict = { name: STRICT, document: strictPolicy(facts.partition) }
  const all = [...statements, ...locateStatements([strict])]
  const ask = askAs(example, facts, all)
  const subject = subjectOf(example, facts)
  const boundary = statements.find(({ policy }) => policy.isBoundary)?.policy.name
  return memoize((kind: CredentialKind): string | undefined => {
    for (const action of ENROLLMENT_ACTIONS) {
      const prediction = ask(ownRequest(subject, action), kind)
      if (prediction.decision === 'explicitDeny') {
        const { policy = '', sid, index = 0 } = prediction.statement ?? {}
        return `${sid ?? `#${index + 1}`} of ${policy} denies ${action}`
      }
      if (prediction.decision === 'implicitDeny') {
        return `the permissions boundary ${boundary ?? ''} does not allow ${action}`
      }
    }
    return undefined
  })
}

/** What a key may do without MFA: it must be enough to enrol a device, and no more. */
import { evaluate, type NamedPolicy } from './evaluate.ts'
import { heldKinds, openTo, type Asked, type WithoutMfa } from './everyday.ts'
import { findingAt, type PolicyFinding } from './finding.ts'
import { matches, type Placed } from './gate.ts'
import { resembles } from './pattern.ts'
import { iamArn, ownArn, requestOf, type Subject } from './subject.ts'

export interface Examined {
  readonly policies: readonly NamedPolicy[]
  readonly subject: Subject
  /** The Deny statements that look at MFA. */
  readonly gates: readonly Placed[]
  /** All Deny statements. */
  readonly denies: readonly Placed[]
  /** Whether these policies are all that the subject has. */
  readonly isAll: boolean
}

/** Enough to enrol a first device with a bare key. */
const ENROLMENT = ['CreateVirtualMFADevice', 'EnableMFADevice', 'ListMFADevices']

/** What a stolen key could do, were it exempt. */
const DANGEROUS = [
  ['DeactivateMFADevice', 'deactivate-without-mfa', 'error', 'can take the user’s device away'],
  ['CreateAccessKey', 'access-key-without-mfa', 'warning', 'can mint itself another key'],
  ['ChangePassword', 'password-without-mfa', 'warning', 'can try and change the password'],
  [
    'DeleteVirtualMFADevice',
    'delete-without-mfa',
    'warning',
    'can delete unassigned devices, also others’',
  ],
] as const

/** What else samples exempt and nobody gains by: reading of one's own, and looking after keys. */
const HARMLESS = new Set(
  [
    ...ENROLMENT,
    'ResyncMFADevice',
    'GetMFADevice',
    'ListVirtualMFADevices',
    'ListUsers',
    'GetUser',
    'GetLoginProfile',
    'GetAccountPasswordPolicy',
    'GetAccountSummary',
    'ListAccountAliases',
    'ListAccessKeys',
    'UpdateAccessKey',
    'GetAccessKeyLastUsed',
    'ListSSHPublicKeys',
    'ListServiceSpecificCredentials',
    'ListSigningCertificates',
  ]
    .map((action) => `iam:${action}`.toLowerCase())
    .concat(['sts:getsessiontoken', 'sts:getcalleridentity']),
)

export function exemptionFindings(examined: Examined): PolicyFinding[] {
  const gate = examined.gates.find(({ statement }) => statement.NotAction) ?? examined.gates[0]
  if (gate === undefined) return []
  const kinds = heldKinds(examined.denies, examined.subject)
  const open = DANGEROUS.filter(([action]) => isOpen(examined, action, kinds))
  return [
    ...blocked(examined, kinds[0] ?? 'bareKey'),
    ...open.map(([action, code, severity, harm]) => {
      const guilty = examined.gates.find((each) => exempts(each, `iam:${action}`)) ?? gate
      return findingAt(guilty, code, severity, {
        message: `iam:${action} is exempt: a stolen key ${harm}.`,
        remedy: covering(guilty, `iam:${action}`),
      })
    }),
    ...openFindings(examined, gate, kinds),
    ...needless(examined.gates),
  ]
}

/** Everyday actions that stay open, and exemptions that go further than all the above. */
function openFindings(
  { denies, subject, gates }: Examined,
  gate: Placed,
  kinds: readonly WithoutMfa[],
): PolicyFinding[] {
  const open = kinds.flatMap((kind) => openTo(denies, subject, kind)).map(([action]) => action)
  const known = [...open, ...DANGEROUS.map(([action]) => `iam:${action}`)]
  const further = gates
    .flatMap(({ statement }) => statement.NotAction ?? [])
    .filter((pattern) => !HARMLESS.has(pattern.toLowerCase()))
    .filter((pattern) => !known.some((action) => isNamed(action, pattern)))
    // Another Deny may close what one leaves open.
    .filter((pattern) => kinds.some((kind) => !matches(denies, subject, exampleOf(pattern), kind)))
  const all = [...new Set([...open, ...further])]
  if (all.length === 0) return []
  return [
    findingAt(gate, 'deny-not-everything', 'warning', {
      message: `The Deny leaves open without MFA: ${all.join(', ')}.`,
      remedy: 'write NotAction with only what enrolling a device takes, and Resource "*"',
    }),
  ]
}

/** A request for an action that a pattern names. */
function exampleOf(pattern: string): Asked {
  const action = pattern.replaceAll('*', 'Any').replaceAll('?', 'x')
  return [action.includes(':') ? action : `any:${action}`, '*']
}

function isNamed(action: string, pattern: string): boolean {
  return resembles(action, pattern, { wildcards: 'any', ignoreCase: true })
}

/** Actions of the user's own, on the resource IAM checks them against. */
function request({ subject }: Examined, action: string): Asked {
  const isOfDevice = action.endsWith('VirtualMFADevice')
  const device = iamArn(subject, `mfa/${subject.user}`)
  return [`iam:${action}`, isOfDevice ? device : ownArn(subject)]
}

/** Not denied to some kind of credentials without MFA; and, where all policies are known, allowed. */
function isOpen(examined: Examined, action: string, kinds: readonly WithoutMfa[]): boolean {
  const { denies, subject, isAll } = examined
  const asked = request(examined, action)
  const open = kinds.filter((kind) => !matches(denies, subject, asked, kind))
  return open.some((kind) => !isAll || isAllowed(examined, action, kind))
}

function isAllowed(examined: Examined, action: string, kind: WithoutMfa): boolean {
  const { policies, subject } = examined
  const [name, resource] = request(examined, action)
  return evaluate(policies, requestOf(subject, name, resource, kind)).decision === 'allowed'
}

/** Each Deny with what it blocks: to mend one of several would not be enough. */
function blocked(examined: Examined, kind: WithoutMfa): PolicyFinding[] {
  const { denies, subject } = examined
  const denied = (deny: Placed, action: string): boolean =>
    matches([deny], subject, request(examined, action), kind)
  const enrolment = denies.flatMap((deny) => {
    const names = ENROLMENT.filter((action) => denied(deny, action)).map((name) => `iam:${name}`)
    const list = names.join(', ')
    if (list === '') return []
    return [
      findingAt(deny, 'enrolment-blocked', 'error', {
        message: `Users without a device are locked out: ${list} denied without MFA.`,
        remedy: exempting(deny, list),
      }),
    ]
  })
  const resync = denies
    .filter((deny) => denied(deny, 'ResyncMFADevice'))
    .map((deny) =>
      findingAt(deny, 'resync-blocked', 'warning', {
        message: 'A user whose device has drifted cannot resync it: iam:ResyncMFADevice denied.',
        remedy: exempting(deny, 'iam:ResyncMFADevice'),
      }),
    )
  return [...enrolment, ...resync]
}

function exempts({ statement: { NotAction } }: Placed, action: string): boolean {
  return NotAction?.some((pattern) => isNamed(action, pattern)) === true
}

function covering(gate: Placed, action: string): string {
  return exempts(gate, action) ? `take ${action} out of NotAction` : `let the Deny cover ${action}`
}

function exempting({ statement: { NotAction } }: Placed, list: string): string {
  return NotAction === undefined
    ? `write NotAction instead of Action, with ${list} in it`
    : `add ${list} to NotAction`
}

/** What is not denied must be allowed as well, here or in another policy. */
export function grantFindings(examined: Examined): PolicyFinding[] {
  const { gates, denies, subject, isAll } = examined
  if (gates.length === 0) return []
  const kind = heldKinds(denies, subject)[0] ?? 'bareKey'
  const missing = ENROLMENT.filter(
    (action) =>
      !matches(denies, subject, request(examined, action), kind) &&
      !isAllowed(examined, action, kind),
  ).map((action) => `iam:${action}`)
  if (missing.length === 0) return []
  const list = missing.join(', ')
  const remedy = `allow ${list} as "mfa-login policy show" does`
  const [severity, message] = isAll
    ? (['error', `Users without a device are locked out: no policy allows ${list}.`] as const)
    : (['note', `This policy does not allow ${list}; another one must.`] as const)
  return [{ code: 'enrolment-not-allowed', severity, statement: null, message, remedy }]
}

function needless(gates: readonly Placed[]): PolicyFinding[] {
  const names = (action: string): boolean => /^sts:GetSessionToken$/i.test(action)
  return gates
    .filter(({ statement }) => statement.NotAction?.some(names) === true)
    .map((gate) =>
      findingAt(gate, 'session-token-exempt', 'note', {
        message: 'sts:GetSessionToken need not be exempt: AWS applies no policy to it.',
        remedy: 'leave it or take it out',
      }),
    )
}

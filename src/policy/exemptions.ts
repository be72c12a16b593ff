/** What a key may do without MFA: it must be enough to enrol a device, and no more. */
import { evaluate, type NamedPolicy } from './evaluate.ts'
import { findingAt, type Finding } from './finding.ts'
import { matches, type Placed } from './gate.ts'
import { iamArn, ownArn, requestOf, type Subject } from './subject.ts'

export interface Examined {
  readonly policies: readonly NamedPolicy[]
  readonly subject: Subject
  readonly gates: readonly Placed[]
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

export function exemptionFindings(examined: Examined): Finding[] {
  const [gate] = examined.gates
  if (gate === undefined) return []
  const denied = (action: string): Placed | undefined =>
    examined.gates.find((each) => isHeldBy([each], examined, action))
  return [
    ...blocked(denied),
    ...DANGEROUS.filter(([action]) => isOpen(examined, action)).map(
      ([action, code, severity, harm]) =>
        findingAt(gate, code, severity, {
          message: `iam:${action} is exempt: a stolen key ${harm}.`,
          remedy: covering(gate, `iam:${action}`),
        }),
    ),
    ...needless(examined.gates),
  ]
}

/** Actions of the user's own, on the resource IAM checks them against. */
function request({ subject }: Examined, action: string): [string, string] {
  const isOfDevice = action.endsWith('VirtualMFADevice')
  const device = iamArn(subject, `mfa/${subject.user}`)
  return [`iam:${action}`, isOfDevice ? device : ownArn(subject)]
}

function isHeldBy(gates: readonly Placed[], examined: Examined, action: string): boolean {
  const [subject, asked] = [examined.subject, request(examined, action)]
  // One that lets bare keys or sessions slip through altogether is a finding of its own.
  return (['bareKey', 'sessionWithoutMfa'] as const).some((credentials) =>
    matches(gates, subject, asked, credentials),
  )
}

/** Not denied without MFA; and, where all policies are known, allowed. */
function isOpen(examined: Examined, action: string): boolean {
  if (isHeldBy(examined.gates, examined, action)) return false
  return !examined.isAll || isAllowed(examined, action)
}

function isAllowed(examined: Examined, action: string): boolean {
  const { policies, subject } = examined
  const [name, resource] = request(examined, action)
  return evaluate(policies, requestOf(subject, name, resource, 'bareKey')).decision === 'allowed'
}

function blocked(denied: (action: string) => Placed | undefined): Finding[] {
  const names = ENROLMENT.filter((action) => denied(action)).map((action) => `iam:${action}`)
  const [first, resync] = [ENROLMENT.map(denied).find(Boolean), denied('ResyncMFADevice')]
  const list = names.join(', ')
  return [
    ...(first === undefined
      ? []
      : [
          findingAt(first, 'enrolment-blocked', 'error', {
            message: `Users without a device are locked out: ${list} denied without MFA.`,
            remedy: exempting(first, list),
          }),
        ]),
    ...(resync === undefined
      ? []
      : [
          findingAt(resync, 'resync-blocked', 'warning', {
            message:
              'A user whose device has drifted cannot resync it: iam:ResyncMFADevice denied.',
            remedy: exempting(resync, 'iam:ResyncMFADevice'),
          }),
        ]),
  ]
}

function covering({ statement: { NotAction } }: Placed, action: string): string {
  return NotAction === undefined
    ? `let the Deny cover ${action}`
    : `take ${action} out of NotAction`
}

function exempting({ statement: { NotAction } }: Placed, list: string): string {
  return NotAction === undefined
    ? `write NotAction instead of Action, with ${list} in it`
    : `add ${list} to NotAction`
}

/** What is not denied must be allowed as well, here or in another policy. */
export function grantFindings(examined: Examined): Finding[] {
  if (examined.gates.length === 0) return []
  const missing = ENROLMENT.filter(
    (action) => !isHeldBy(examined.gates, examined, action) && !isAllowed(examined, action),
  ).map((action) => `iam:${action}`)
  if (missing.length === 0) return []
  const list = missing.join(', ')
  const remedy = `allow ${list} as "mfa-login policy show" does`
  const [severity, message] = examined.isAll
    ? (['error', `Users without a device are locked out: no policy allows ${list}.`] as const)
    : (['note', `This policy does not allow ${list}; another one must.`] as const)
  return [{ code: 'enrolment-not-allowed', severity, statement: null, message, remedy }]
}

function needless(gates: readonly Placed[]): Finding[] {
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

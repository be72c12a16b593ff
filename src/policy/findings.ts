import { evaluate, type NamedPolicy } from './evaluate.ts'
import { everyday, openTo } from './everyday.ts'
import { exemptionFindings, grantFindings } from './exemptions.ts'
import { findingAt, SEVERITIES, type PolicyFinding } from './finding.ts'
import { isGate, looksAtMfa, matches, statementsOf, type Placed } from './gate.ts'
import { iamArn, MFA, MFA_AGE, requestOf, type Credentials, type Subject } from './subject.ts'

/**
 * What is wrong with policies that are to make MFA mandatory. `isAll` says that these are all
 * that the subject has, so that what none of them allows is not allowed.
 */
export function findingsOf(
  policies: readonly NamedPolicy[],
  subject: Subject,
  isAll: boolean,
): PolicyFinding[] {
  const statements = statementsOf(policies)
  const gates = statements.filter(isGate)
  const allows = statements.filter(({ statement }) => statement.Effect === 'Allow')
  const denies = statements.filter(({ statement }) => statement.Effect === 'Deny')
  const examined = { policies, subject, gates, denies, isAll }
  const found = [
    ...(gates.length === 0 ? [noGate(allows)] : gateFindings(gates, denies, subject)),
    ...exemptionFindings(examined),
    ...gates.flatMap((gate) => [...serviceFindings(gate, subject), ...narrowFindings(gate)]),
    ...grantFindings(examined),
    ...allows.flatMap((allow) => scopeFindings(allow, subject)),
    ...allows.flatMap((allow) => pinFindings(allow, policies, subject)),
    ...policies.flatMap(versionFindings),
  ]
  return found.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
}

function noGate(allows: readonly Placed[]): PolicyFinding {
  return {
    code: 'no-mfa-deny',
    severity: 'error',
    statement: null,
    message: allows.some(looksAtMfa)
      ? 'Only Allow statements look at MFA: any other Allow lets a bare key past them.'
      : 'No Deny statement looks at MFA, so a bare key may do all that some other statement allows.',
    remedy: `add the Deny of "mfa-login policy show": NotAction with BoolIfExists ${MFA} false`,
  }
}

function gateFindings(
  gates: readonly Placed[],
  denies: readonly Placed[],
  subject: Subject,
): PolicyFinding[] {
  const all = everyday(subject).length
  const open = (statements: readonly Placed[], credentials: Credentials): number =>
    openTo(statements, subject, credentials).length
  const [bareKey, session] = [open(denies, 'bareKey'), open(denies, 'sessionWithoutMfa')]
  // The one of several that makes the difference.
  const guilty = (opened: Credentials, held: Credentials): Placed[] =>
    gates.filter((gate) => open([gate], opened) > open([gate], held)).slice(0, 1)
  const closed = gates.find((gate) => open([gate], 'mfaSession') < all)
  const always = open(denies, 'mfaSession') === 0 ? denies[0] : undefined
  const barrier = closed ?? always
  return [
    ...(bareKey > session ? guilty('bareKey', 'sessionWithoutMfa').map(slipsThrough) : []),
    ...(session > bareKey ? guilty('sessionWithoutMfa', 'bareKey').map(sessionSlipsThrough) : []),
    ...(barrier === undefined ? [] : [deniesAlways(barrier)]),
  ]
}

function slipsThrough(gate: Placed): PolicyFinding {
  return findingAt(gate, 'bool-not-if-exists', 'error', {
    message: `This does not match long-term keys, which lack ${MFA}: they slip through.`,
    remedy: 'write BoolIfExists instead of Bool',
  })
}

function sessionSlipsThrough(gate: Placed): PolicyFinding {
  return findingAt(gate, 'session-slips-through', 'error', {
    message: `This matches long-term keys only: a session without MFA, where ${MFA} is false, slips through.`,
    remedy: `set its condition to BoolIfExists ${MFA} false`,
  })
}

function deniesAlways(gate: Placed): PolicyFinding {
  return findingAt(gate, 'denies-with-mfa', 'error', {
    message: 'The Deny also hits sessions with MFA, so nobody can work.',
    remedy: `set its condition to BoolIfExists ${MFA} false`,
  })
}

function serviceFindings(gate: Placed, subject: Subject): PolicyFinding[] {
  const through = { 'aws:ViaAWSService': 'true' }
  const isHit = everyday(subject).some((request) =>
    matches([gate], subject, request, 'sessionWithoutMfa', through),
  )
  if (!isHit) return []
  return [
    findingAt(gate, 'services-blocked', 'warning', {
      message: 'The Deny also hits AWS services that act for the user (aws/aws-cdk#27622).',
      remedy: 'add "aws:ViaAWSService": "false" to its BoolIfExists',
    }),
  ]
}

const EXPECTED = [MFA, MFA_AGE, 'aws:ViaAWSService'].map((key) => key.toLowerCase())

function narrowFindings(gate: Placed): PolicyFinding[] {
  const keys = Object.values(gate.statement.Condition ?? {}).flatMap(Object.keys)
  const others = keys.filter((key) => !EXPECTED.includes(key.toLowerCase()))
  if (others.length === 0) return []
  return [
    findingAt(gate, 'further-conditions', 'note', {
      message: `The Deny holds only where its conditions on ${others.join(', ')} do as well.`,
      remedy: 'see that the exception is meant',
    }),
  ]
}

const OWN_ONLY = [
  'ChangePassword',
  'CreateAccessKey',
  'DeactivateMFADevice',
  'EnableMFADevice',
  'ResyncMFADevice',
  'UpdateAccessKey',
]

function isForAdministrators({ statement: { Action, Resource } }: Placed): boolean {
  if (Action === undefined) return true
  return Action.some((each) => /^(\*|iam:\*)$/i.test(each)) && Resource?.includes('*') === true
}

/** Self-service actions that reach other users. */
function scopeFindings(allow: Placed, subject: Subject): PolicyFinding[] {
  if (isForAdministrators(allow)) return []
  const other = iamArn(subject, 'user/somebody-else')
  const wide = OWN_ONLY.filter((action) =>
    matches([allow], subject, [`iam:${action}`, other], 'mfaSession'),
  )
  if (wide.length === 0) return []
  return [
    findingAt(allow, 'not-own-user', 'error', {
      message: `${wide.map((action) => `iam:${action}`).join(', ')} reach other users too.`,
      remedy: `set Resource to arn:${subject.partition}:iam::*:user/\${aws:username}`,
    }),
  ]
}

function pinFindings(
  allow: Placed,
  policies: readonly NamedPolicy[],
  subject: Subject,
): PolicyFinding[] {
  const create = 'iam:CreateVirtualMFADevice'
  const device = (name: string): string => iamArn(subject, `mfa/${name}`)
  const second = requestOf(subject, create, device(`${subject.user}-phone`), 'mfaSession')
  if (!matches([allow], subject, [create, device(subject.user)], 'mfaSession')) return []
  if (evaluate(policies, second).decision !== 'implicitDeny') return []
  return [
    findingAt(allow, 'device-name-pinned', 'warning', {
      message: 'mfa/${aws:username} allows one device name only; a second device needs another.',
      remedy: `set Resource to arn:${subject.partition}:iam::*:mfa/*`,
    }),
  ]
}

function versionFindings({ name, document }: NamedPolicy): PolicyFinding[] {
  if (document.Version !== '2008-10-17' || !/\$\{\s*aws:/.test(JSON.stringify(document))) return []
  return [
    {
      code: 'old-version',
      severity: 'error',
      policy: name,
      statement: null,
      message: 'Version 2008-10-17 takes ${aws:username} as plain text.',
      remedy: 'set "Version": "2012-10-17"',
    },
  ]
}

import { evaluate, type NamedPolicy } from './evaluate.ts'
import { findingAt, SEVERITIES, type Finding } from './finding.ts'
import { exemptionFindings, grantFindings } from './exemptions.ts'
import { isGate, matches, statementsOf, type Placed } from './gate.ts'
import { iamArn, MFA, requestOf, type Subject } from './subject.ts'

/**
 * What is wrong with policies that are to make MFA mandatory. `isAll` says that these are all
 * that the subject has, so that what none of them allows is not allowed.
 */
export function findingsOf(
  policies: readonly NamedPolicy[],
  subject: Subject,
  isAll: boolean,
): Finding[] {
  const statements = statementsOf(policies)
  const gates = statements.filter(isGate)
  const allows = statements.filter(({ statement }) => statement.Effect === 'Allow')
  const found = [
    ...(gates.length === 0 ? [noGate()] : gateFindings(gates, subject)),
    ...exemptionFindings({ policies, subject, gates, isAll }),
    ...gates.flatMap((gate) => serviceFindings(gate, subject)),
    ...grantFindings({ policies, subject, gates, isAll }),
    ...allows.flatMap((allow) => scopeFindings(allow, subject)),
    ...allows.flatMap((allow) => pinFindings(allow, policies, subject)),
    ...policies.flatMap(versionFindings),
  ]
  return found.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
}

function noGate(): Finding {
  return {
    code: 'no-mfa-deny',
    severity: 'error',
    statement: null,
    message:
      'No Deny statement looks at MFA, so a bare key may do all that some other statement allows.',
    remedy: `add the Deny of "mfa-login policy show": NotAction with BoolIfExists ${MFA} false`,
  }
}

/** What people do all day, and what would let a key without MFA climb. */
const EVERYDAY: readonly (readonly [action: string, resource: string])[] = [
  ['s3:ListAllMyBuckets', '*'],
  ['s3:GetObject', 'arn:aws:s3:::bucket/key'],
  ['ec2:DescribeInstances', '*'],
  ['lambda:InvokeFunction', 'arn:aws:lambda:us-east-1:123456789012:function:work'],
  ['iam:CreateUser', 'arn:aws:iam::123456789012:user/eve'],
  ['iam:PutUserPolicy', 'arn:aws:iam::123456789012:user/eve'],
  ['sts:AssumeRole', 'arn:aws:iam::123456789012:role/work'],
]

function gateFindings(gates: readonly Placed[], subject: Subject): Finding[] {
  const open = (credentials: 'bareKey' | 'sessionWithoutMfa' | 'mfaSession') =>
    EVERYDAY.filter((request) => !matches(gates, subject, request, credentials))
  const [bareKey, session, mfa] = [open('bareKey'), open('sessionWithoutMfa'), open('mfaSession')]
  const [gate] = gates
  if (gate === undefined) return []
  return [
    ...(bareKey.length > session.length ? [slipsThrough(gate)] : []),
    ...(session.length > bareKey.length ? [sessionSlipsThrough(gate)] : []),
    ...(mfa.length < EVERYDAY.length ? [deniesAlways(gate)] : []),
    ...partFindings(gate, session.length < bareKey.length ? session : bareKey),
  ]
}

function slipsThrough(gate: Placed): Finding {
  return findingAt(gate, 'bool-not-if-exists', 'error', {
    message: `This does not match long-term keys, which lack ${MFA}: they slip through.`,
    remedy: 'write BoolIfExists instead of Bool',
  })
}

function sessionSlipsThrough(gate: Placed): Finding {
  return findingAt(gate, 'session-slips-through', 'error', {
    message: `This matches long-term keys only: a session without MFA, where ${MFA} is false, slips through.`,
    remedy: `write BoolIfExists ${MFA} false instead of Null`,
  })
}

function deniesAlways(gate: Placed): Finding {
  return findingAt(gate, 'denies-with-mfa', 'error', {
    message: 'The Deny also hits sessions with MFA, so nobody can work.',
    remedy: `set its condition to BoolIfExists ${MFA} false`,
  })
}

function partFindings(gate: Placed, open: readonly (readonly [string, string])[]): Finding[] {
  if (open.length === 0) return []
  return [
    findingAt(gate, 'deny-not-everything', 'warning', {
      message: `The Deny leaves open without MFA: ${open.map(([action]) => action).join(', ')}.`,
      remedy: 'write NotAction with only what enrolling a device takes, and Resource "*"',
    }),
  ]
}

function serviceFindings(gate: Placed, subject: Subject): Finding[] {
  const through = { 'aws:ViaAWSService': 'true' }
  const isHit = EVERYDAY.some((request) =>
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

const OWN_ONLY = [
  'ChangePassword',
  'CreateAccessKey',
  'DeactivateMFADevice',
  'EnableMFADevice',
  'ResyncMFADevice',
  'UpdateAccessKey',
]

/** Self-service actions that reach other users; statements for administrators name `*` or `iam:*`. */
function scopeFindings(allow: Placed, subject: Subject): Finding[] {
  if (allow.statement.Action?.some((action) => /^(\*|iam:\*)$/i.test(action)) !== false) return []
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

function pinFindings(allow: Placed, policies: readonly NamedPolicy[], subject: Subject): Finding[] {
  const create = 'iam:CreateVirtualMFADevice'
  const device = (name: string): string => iamArn(subject, `mfa/${name}`)
  const second = requestOf(subject, create, device(`${subject.user}-phone`), 'mfaSession')
  if (!matches([allow], subject, [create, device(subject.user)], 'mfaSession')) return []
  if (evaluate(policies, second).decision === 'allowed') return []
  return [
    findingAt(allow, 'device-name-pinned', 'warning', {
      message: 'mfa/${aws:username} allows one device name only; a second device needs another.',
      remedy: `set Resource to arn:${subject.partition}:iam::*:mfa/*`,
    }),
  ]
}

function versionFindings({ name, document }: NamedPolicy): Finding[] {
  if (document.Version !== '2008-10-17' || !JSON.stringify(document).includes('${aws:')) return []
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

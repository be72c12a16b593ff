import type { PolicyDocument, Statement } from './document.ts'
import { evaluate } from './evaluate.ts'

export type Severity = 'error' | 'warning' | 'note'

export interface Finding {
  readonly code: string
  /** Notes are no findings: they do not make a check fail. */
  readonly severity: Severity
  /** The statement, by Sid or number; null where it is about the whole policy. */
  readonly statement: string | null
  readonly message: string
  readonly remedy: string
}

const MFA = 'aws:MultiFactorAuthPresent'
const ARN = 'arn:aws:iam::123456789012'
const OWN = `${ARN}:user/alice`
const OTHER = `${ARN}:user/bob`

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

/** What is wrong with a policy that is to make MFA mandatory. */
export function findingsOf(policy: PolicyDocument): Finding[] {
  const gates = policy.Statement.filter(isGate)
  return [
    ...(gates.length === 0 ? [noGate()] : gates.flatMap((gate) => gateFindings(policy, gate))),
    ...policy.Statement.filter(({ Effect }) => Effect === 'Allow').flatMap((statement) => [
      ...scopeFindings(policy, statement),
      ...pinFindings(policy, statement),
    ]),
    ...versionFindings(policy),
  ]
}

/** The Deny that stands between a bare key and the account. */
function isGate({ Effect, Condition = {} }: Statement): boolean {
  return Effect === 'Deny' && Object.values(Condition).some((keys) => mfaValues(keys) !== undefined)
}

function mfaValues(keys: Record<string, string[]>): string[] | undefined {
  return Object.entries(keys).find(([key]) => key.toLowerCase() === MFA.toLowerCase())?.[1]
}

function noGate(): Finding {
  return {
    code: 'no-mfa-deny',
    severity: 'error',
    statement: null,
    message: 'No Deny statement looks at MFA, so a bare key may do all that other policies allow.',
    remedy: `add the Deny of "mfa-login policy show": NotAction with BoolIfExists ${MFA} false`,
  }
}

function gateFindings(policy: PolicyDocument, gate: Statement): Finding[] {
  const about = finder(policy, gate)
  const bool = Object.entries(gate.Condition ?? {}).find(([operator]) => operator === 'Bool')?.[1]
  const slips = bool !== undefined && mfaValues(bool)?.includes('false') === true
  const found = slips
    ? [
        about('bool-not-if-exists', 'error', {
          message: `Bool does not match long-term keys, which lack ${MFA}: they slip through.`,
          remedy: 'write BoolIfExists instead of Bool',
        }),
      ]
    : []
  return [...found, ...exemptionFindings(policy, gate), ...serviceFindings(policy, gate)]
}

function exemptionFindings(policy: PolicyDocument, gate: Statement): Finding[] {
  const about = finder(policy, gate)
  const session = { [MFA]: 'false' }
  const isDenied = (action: string): boolean => decides(policy, gate, `iam:${action}`, OWN, session)
  const missing = ENROLMENT.filter(isDenied).map((action) => `iam:${action}`)
  const blocked = about('enrolment-blocked', 'error', {
    message: `Users without a device are locked out: ${missing.join(', ')} denied without MFA.`,
    remedy: `add ${missing.join(', ')} to NotAction`,
  })
  const dangers = DANGEROUS.filter(([action]) => !isDenied(action)).map(
    ([action, code, severity, harm]) =>
      about(code, severity, {
        message: `iam:${action} is exempt: a stolen key ${harm}.`,
        remedy: `take iam:${action} out of NotAction`,
      }),
  )
  const needless = gate.NotAction?.some((action) => /^sts:GetSessionToken$/i.test(action)) === true
  const note = about('session-token-exempt', 'note', {
    message: 'sts:GetSessionToken need not be exempt: AWS applies no policy to it.',
    remedy: 'leave it or take it out',
  })
  return [...(missing.length > 0 ? [blocked] : []), ...dangers, ...(needless ? [note] : [])]
}

function serviceFindings(policy: PolicyDocument, gate: Statement): Finding[] {
  const throughService = { [MFA]: 'false', 'aws:ViaAWSService': 'true' }
  if (!decides(policy, gate, 's3:GetObject', 'arn:aws:s3:::bucket/key', throughService)) return []
  return [
    finder(policy, gate)('services-blocked', 'warning', {
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
function scopeFindings(policy: PolicyDocument, statement: Statement): Finding[] {
  if (statement.Action?.some((action) => /^(\*|iam:\*)$/i.test(action)) !== false) return []
  const session = { [MFA]: 'true' }
  const wide = OWN_ONLY.filter((action) =>
    decides(policy, statement, `iam:${action}`, OTHER, session),
  )
  if (wide.length === 0) return []
  return [
    finder(policy, statement)('not-own-user', 'error', {
      message: `${wide.map((action) => `iam:${action}`).join(', ')} reach other users too.`,
      remedy: 'set Resource to arn:aws:iam::*:user/${aws:username}',
    }),
  ]
}

function pinFindings(policy: PolicyDocument, statement: Statement): Finding[] {
  const create = (name: string): boolean =>
    decides(policy, statement, 'iam:CreateVirtualMFADevice', `${ARN}:mfa/${name}`, {
      [MFA]: 'true',
    })
  if (!create('alice') || create('alice-phone')) return []
  return [
    finder(policy, statement)('device-name-pinned', 'warning', {
      message: 'mfa/${aws:username} allows one device name only; a second device needs another.',
      remedy: 'set Resource to arn:aws:iam::*:mfa/*',
    }),
  ]
}

function versionFindings(policy: PolicyDocument): Finding[] {
  if (policy.Version !== '2008-10-17' || !JSON.stringify(policy).includes('${aws:')) return []
  return [
    {
      code: 'old-version',
      severity: 'error',
      statement: null,
      message: 'Version 2008-10-17 takes ${aws:username} as plain text.',
      remedy: 'set "Version": "2012-10-17"',
    },
  ]
}

/** Whether one statement alone allows or denies a request of the user alice. */
function decides(
  { Version }: PolicyDocument,
  statement: Statement,
  action: string,
  resource: string,
  session: Record<string, string>,
): boolean {
  const document: PolicyDocument = { Version, Statement: [statement] }
  const context = { 'aws:username': 'alice', 'aws:ViaAWSService': 'false', ...session }
  const { decision } = evaluate([{ name: '', document }], { action, resource, context })
  return decision !== 'implicitDeny'
}

type Words = Pick<Finding, 'message' | 'remedy'>

function finder(policy: PolicyDocument, statement: Statement) {
  const name = statement.Sid ?? `#${policy.Statement.indexOf(statement) + 1}`
  return (code: string, severity: Severity, words: Words): Finding => ({
    code,
    severity,
    statement: name,
    ...words,
  })
}

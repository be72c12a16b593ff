import type { Conditions, PolicyDocument, Statement } from './document.ts'

/** The description of the policies that mfa-login creates. IAM does not let anybody change it. */
export const MARK = 'Managed by mfa-login'

const PASSWORD = ['iam:ChangePassword', 'iam:GetUser']
const ACCESS_KEYS = ['iam:CreateAccessKey', 'iam:ListAccessKeys', 'iam:UpdateAccessKey']
/** IAM supports no narrower resource than `*` for these. Tools use them to find users and free names. */
const LISTS = ['iam:ListUsers', 'iam:ListVirtualMFADevices']
const DEVICES = [
  'iam:CreateVirtualMFADevice',
  'iam:DeleteVirtualMFADevice',
  'iam:EnableMFADevice',
  'iam:ListMFADevices',
  'iam:ResyncMFADevice',
]
/** `Bool`, not `BoolIfExists`: long-term keys lack the context key and must not match. */
const WITH_MFA = { Bool: { 'aws:MultiFactorAuthPresent': ['true'] } }

/**
 * `mfa_mandatory`, the policy that most accounts copied: without MFA it denies everything except
 * managing one's own user. A stolen key can still create keys and change the password; see
 * `strictPolicy`.
 */
export function classicPolicy(partition = 'aws'): PolicyDocument {
  const own = ownUser(partition)
  const devices = [`arn:${partition}:iam::*:mfa/*`, ...own]
  return {
    Version: '2012-10-17',
    Statement: [
      allow('AllowReadingPasswordRules', ['iam:GetAccountPasswordPolicy'], ['*']),
      allow('AllowOwnPassword', PASSWORD, own),
      allow('AllowOwnAccessKeys', ACCESS_KEYS, own),
      allow('AllowLists', LISTS, ['*']),
      allow('AllowOwnDevices', DEVICES, devices),
      allow('AllowDeactivatingWithMfa', ['iam:DeactivateMFADevice'], devices, WITH_MFA),
      {
        Sid: 'DenyAllElseWithoutMfa',
        Effect: 'Deny',
        NotAction: [...PASSWORD, ...ACCESS_KEYS, ...LISTS, ...DEVICES],
        Resource: ['*'],
        Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': ['false'] } },
      },
    ],
  }
}

/**
 * Follows AWS's sample "Allows MFA-authenticated IAM users to manage their own MFA device" (IAM User
 * Guide): a key without MFA can enroll a device and nothing else.
 */
export function strictPolicy(partition = 'aws'): PolicyDocument {
  const own = ownUser(partition)
  // `mfa/*`, not `mfa/${aws:username}`: device names are free, and a second device needs another.
  const allDevices = `arn:${partition}:iam::*:mfa/*`
  return {
    Version: '2012-10-17',
    Statement: [
      allow('AllowLists', LISTS, ['*']),
      allow('AllowCreatingDevices', ['iam:CreateVirtualMFADevice'], [allDevices]),
      // Completes the enrollment, and finds the serial number for a session.
      allow(
        'AllowOwnDevices',
        ['iam:EnableMFADevice', 'iam:GetMFADevice', 'iam:ListMFADevices', 'iam:ResyncMFADevice'],
        own,
      ),
      allow('AllowDeactivatingWithMfa', ['iam:DeactivateMFADevice'], own, WITH_MFA),
      // Deletes a device that no user has. Without MFA that could be a device of another user.
      allow('AllowDeletingWithMfa', ['iam:DeleteVirtualMFADevice'], [allDevices], WITH_MFA),
      {
        Sid: 'DenyAllElseWithoutMfa',
        Effect: 'Deny',
        // Only what enrolling the first device takes: no password, no access keys, and no
        // DeleteVirtualMFADevice, which on `mfa/*` reaches unassigned devices of other users.
        NotAction: [
          'iam:CreateVirtualMFADevice',
          'iam:EnableMFADevice',
          'iam:ListMFADevices',
          'iam:ResyncMFADevice',
          ...LISTS,
        ],
        Resource: ['*'],
        Condition: {
          // `BoolIfExists` also denies long-term keys, which lack the MFA context key. ViaAWSService
          // keeps services that act for the user working (aws/aws-cdk#27622).
          BoolIfExists: {
            'aws:MultiFactorAuthPresent': ['false'],
            'aws:ViaAWSService': ['false'],
          },
        },
      },
    ],
  }
}

const SCP_SID = 'DenyUsersAllElseWithoutMfa'

/** Whether it is the service control policy below: the form alone could be that of an identity policy. */
export function isOwnScp({ Statement: statements }: PolicyDocument): boolean {
  return statements.some(({ Sid, Effect }) => Sid === SCP_SID && Effect === 'Deny')
}

/**
 * A service control policy for accounts of an organization: the Deny of the strict policy, for users alone. Sessions of
 * roles, also those of services, carry no MFA key, and no Allow is needed, as SCPs allow nothing.
 */
export function scpPolicy(partition = 'aws'): PolicyDocument {
  const [gate] = strictPolicy(partition).Statement.filter(({ Effect }) => Effect === 'Deny')
  if (gate === undefined) throw new Error('The strict policy has a Deny')
  // AWS applies no identity policy to GetSessionToken; of SCPs it does not say so.
  const NotAction = [...(gate.NotAction ?? []), 'sts:GetSessionToken']
  const ArnLike = { 'aws:PrincipalArn': [`arn:${partition}:iam::*:user/*`] }
  const Condition = { ...gate.Condition, ArnLike }
  return { Version: '2012-10-17', Statement: [{ ...gate, Sid: SCP_SID, NotAction, Condition }] }
}

/** What a password that must be changed at the first sign-in takes, in the console as with the API. */
export const FIRST_PASSWORD = ['iam:ChangePassword', 'iam:GetAccountPasswordPolicy']

/** Lets users set a first password before they have a device, which they enroll in the console only after it. */
export function withFirstPassword(document: PolicyDocument, partition: string): PolicyDocument {
  const [change = '', read = ''] = FIRST_PASSWORD
  // A service control policy leaves allowing to others.
  const canAllow = document.Statement.some(({ Effect }) => Effect === 'Allow')
  const isAllowed = (action: string) =>
    document.Statement.some(({ Effect, Action }) => Effect === 'Allow' && Action?.includes(action))
  const allows = [
    allow('AllowFirstPassword', [change], ownUser(partition)),
    // IAM has no narrower resource for it.
    allow('AllowReadingPasswordRules', [read], ['*']),
  ].filter(({ Action = [] }) => canAllow && !Action.some(isAllowed))
  return {
    ...document,
    Statement: [
      ...allows,
      ...document.Statement.map((each) =>
        each.Effect === 'Deny' && each.NotAction
          ? { ...each, NotAction: [...new Set([...each.NotAction, ...FIRST_PASSWORD])] }
          : each,
      ),
    ],
  }
}

/** With and without a path (IAM identifiers, "Friendly names and paths"). `user/*NAME` would reach `user/xNAME`. */
function ownUser(partition: string): string[] {
  const user = `arn:${partition}:iam::*:user/`
  return [`${user}\${aws:username}`, `${user}*/\${aws:username}`]
}

/** Allows everything, so that only a Deny in another policy limits its user. */
export function allowAllPolicy(): PolicyDocument {
  return { Version: '2012-10-17', Statement: [allow('AllowAll', ['*'], ['*'])] }
}

/** The policy of a style, by partition. */
export const STYLES = { strict: strictPolicy, classic: classicPolicy } as const

/** Those that can be shown: a service control policy is attached in AWS Organizations. */
export const ALL_STYLES = { ...STYLES, scp: scpPolicy } as const

export const STYLE = {
  value: 'STYLE',
  about:
    'what works without MFA: only enrollment (strict), or as in the widely copied form (classic)',
  choices: ['strict', 'classic'],
  default: 'strict',
} as const satisfies { choices: readonly (keyof typeof STYLES)[]; [more: string]: unknown }

function allow(
  Sid: string,
  Action: string[],
  Resource: string[],
  Condition?: Conditions,
): Statement {
  return { Sid, Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) }
}

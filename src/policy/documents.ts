import type { Conditions, PolicyDocument, Statement } from './document.ts'

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
  const ownUser = `arn:${partition}:iam::*:user/\${aws:username}`
  const devices = [`arn:${partition}:iam::*:mfa/*`, ownUser]
  return {
    Version: '2012-10-17',
    Statement: [
      allow('AllowReadingPasswordRules', ['iam:GetAccountPasswordPolicy'], ['*']),
      allow('AllowOwnPassword', PASSWORD, [ownUser]),
      allow('AllowOwnAccessKeys', ACCESS_KEYS, [ownUser]),
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
  const ownUser = `arn:${partition}:iam::*:user/\${aws:username}`
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
        [ownUser],
      ),
      allow('AllowDeactivatingWithMfa', ['iam:DeactivateMFADevice'], [ownUser], WITH_MFA),
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

/** Allows everything, so that only a Deny in another policy limits its user. */
export function allowAllPolicy(): PolicyDocument {
  return { Version: '2012-10-17', Statement: [allow('AllowAll', ['*'], ['*'])] }
}

/** The policy of a style, by partition. */
export const STYLES = { strict: strictPolicy, classic: classicPolicy } as const

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

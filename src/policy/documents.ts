import type { PolicyDocument } from './document.ts'

const PASSWORD = ['iam:ChangePassword', 'iam:GetUser']
const ACCESS_KEYS = ['iam:CreateAccessKey', 'iam:ListAccessKeys', 'iam:UpdateAccessKey']
const LISTS = ['iam:ListUsers', 'iam:ListVirtualMFADevices']
const DEVICES = [
  'iam:CreateVirtualMFADevice',
  'iam:DeleteVirtualMFADevice',
  'iam:EnableMFADevice',
  'iam:ListMFADevices',
  'iam:ResyncMFADevice',
]

/**
 * `mfa_mandatory`, the policy most teams copied: all but looking after one's own user is denied
 * without MFA. A stolen key can still mint keys and change the password; see `strictPolicy`.
 */
export function classicPolicy(partition = 'aws'): PolicyDocument {
  const ownUser = `arn:${partition}:iam::*:user/\${aws:username}`
  const devices = [`arn:${partition}:iam::*:mfa/*`, ownUser]
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AllowReadingPasswordRules',
        Effect: 'Allow',
        Action: ['iam:GetAccountPasswordPolicy'],
        Resource: ['*'],
      },
      { Sid: 'AllowOwnPassword', Effect: 'Allow', Action: PASSWORD, Resource: [ownUser] },
      { Sid: 'AllowOwnAccessKeys', Effect: 'Allow', Action: ACCESS_KEYS, Resource: [ownUser] },
      { Sid: 'AllowLists', Effect: 'Allow', Action: LISTS, Resource: ['*'] },
      { Sid: 'AllowOwnDevices', Effect: 'Allow', Action: DEVICES, Resource: devices },
      {
        Sid: 'AllowDeactivatingWithMfa',
        Effect: 'Allow',
        Action: ['iam:DeactivateMFADevice'],
        Resource: devices,
        Condition: { Bool: { 'aws:MultiFactorAuthPresent': ['true'] } },
      },
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
 * The shape of AWS's current sample "Allows MFA-authenticated IAM users to manage their own MFA
 * device" (IAM User Guide): a key without MFA can enrol a device and nothing else.
 */
export function strictPolicy(partition = 'aws'): PolicyDocument {
  const ownUser = `arn:${partition}:iam::*:user/\${aws:username}`
  return {
    Version: '2012-10-17',
    Statement: [
      // IAM has no narrower resource for these two; tools find the user and free device names here.
      { Sid: 'AllowLists', Effect: 'Allow', Action: LISTS, Resource: ['*'] },
      {
        // `mfa/*`, not `mfa/${aws:username}`: device names are free, a second one needs another.
        Sid: 'AllowCreatingDevices',
        Effect: 'Allow',
        Action: ['iam:CreateVirtualMFADevice'],
        Resource: [`arn:${partition}:iam::*:mfa/*`],
      },
      {
        // What enrolment needs after creation, and finding the serial number for a session.
        Sid: 'AllowOwnDevices',
        Effect: 'Allow',
        Action: [
          'iam:EnableMFADevice',
          'iam:GetMFADevice',
          'iam:ListMFADevices',
          'iam:ResyncMFADevice',
        ],
        Resource: [ownUser],
      },
      {
        // `Bool`, not `BoolIfExists`: long-term keys lack the key and must not pass.
        Sid: 'AllowDeactivatingWithMfa',
        Effect: 'Allow',
        Action: ['iam:DeactivateMFADevice'],
        Resource: [ownUser],
        Condition: { Bool: { 'aws:MultiFactorAuthPresent': ['true'] } },
      },
      {
        // So that a device left behind can be deleted; without MFA it could be another user's.
        Sid: 'AllowDeletingWithMfa',
        Effect: 'Allow',
        Action: ['iam:DeleteVirtualMFADevice'],
        Resource: [`arn:${partition}:iam::*:mfa/*`],
        Condition: { Bool: { 'aws:MultiFactorAuthPresent': ['true'] } },
      },
      {
        // Exempt is only what enrolling the first device takes: no password, no access keys, and
        // no DeleteVirtualMFADevice, which on `mfa/*` reaches other users' unassigned devices.
        // `BoolIfExists` so that long-term keys, which lack the MFA key, are denied too;
        // ViaAWSService so that services acting for the user go on working (aws/aws-cdk#27622).
        Sid: 'DenyAllElseWithoutMfa',
        Effect: 'Deny',
        NotAction: [
          'iam:CreateVirtualMFADevice',
          'iam:EnableMFADevice',
          'iam:ListMFADevices',
          'iam:ResyncMFADevice',
          ...LISTS,
        ],
        Resource: ['*'],
        Condition: {
          BoolIfExists: {
            'aws:MultiFactorAuthPresent': ['false'],
            'aws:ViaAWSService': ['false'],
          },
        },
      },
    ],
  }
}

/** Everything, so that only a Deny beside it limits its user. */
export function allowAllPolicy(): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [{ Sid: 'AllowAll', Effect: 'Allow', Action: ['*'], Resource: ['*'] }],
  }
}

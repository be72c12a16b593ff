/** A short notation for what public policies say: their elements, not their text. */
import type { Conditions, PolicyDocument, Statement } from '../../src/policy/document.ts'

export interface PublicPolicy {
  /** As in the table of docs/policy.md. */
  readonly source: string
  /** Of the version that was read. */
  readonly url: string
  readonly statements: readonly Statement[]
  /** The codes of its findings, judged by hand. */
  readonly verdict: readonly string[]
}

/** `iam:A,B sts:C` stands for `iam:A`, `iam:B` and `sts:C`. */
function actions(list: string): string[] {
  return list.split(' ').flatMap((each) => {
    const [service = '', names] = each.split(':')
    return names === undefined ? [service] : names.split(',').map((name) => `${service}:${name}`)
  })
}

/** `user/alice` stands for the ARN in IAM, in any account. */
const arns = (resources: readonly string[]): string[] =>
  resources.map((each) => (/^(\*$|arn:)/.test(each) ? each : `arn:aws:iam::*:${each}`))

/** Without resources, the statement is for all of them. */
export const allow = (list: string, resources: readonly string[] = ['*']): Statement => ({
  Effect: 'Allow',
  Action: actions(list),
  Resource: arns(resources),
})

export const allowIf = (
  Condition: Conditions,
  list: string,
  resources: readonly string[] = ['*'],
): Statement => ({ ...allow(list, resources), Condition })

export const deny = (
  Condition: Conditions,
  list: string,
  resources: readonly string[] = ['*'],
): Statement => ({ ...allowIf(Condition, list, resources), Effect: 'Deny' })

/** A Deny of everything but these actions. */
export const denyAllBut = (Condition: Conditions, list: string): Statement => ({
  Effect: 'Deny',
  NotAction: actions(list),
  Resource: ['*'],
  Condition,
})

/** A Deny on all resources but these. */
export const denyElsewhere = (
  Condition: Conditions,
  list: string,
  resources: readonly string[],
): Statement => ({
  Effect: 'Deny',
  Action: actions(list),
  NotResource: arns(resources),
  Condition,
})

export const document = ({ statements }: PublicPolicy): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements.map((statement, index) => ({ Sid: `S${index + 1}`, ...statement })),
})

const PRESENT = 'aws:MultiFactorAuthPresent'
export const WITH_MFA: Conditions = { Bool: { [PRESENT]: ['true'] } }
export const WITHOUT_MFA: Conditions = { BoolIfExists: { [PRESENT]: ['false'] } }
export const FALSE: Conditions = { Bool: { [PRESENT]: ['false'] } }
export const ABSENT: Conditions = { Null: { [PRESENT]: ['true'] } }
export const NO_AGE: Conditions = { Null: { 'aws:MultiFactorAuthAge': ['true'] } }
export const age = (operator: string, seconds: number): Conditions => ({
  [operator]: { 'aws:MultiFactorAuthAge': [String(seconds)] },
})

export const OWN_USER = ['user/${aws:username}']
export const OWN_DEVICE = ['mfa/${aws:username}']
export const OWN = [...OWN_DEVICE, ...OWN_USER]
export const ANY_DEVICE = ['mfa/*']
/** What AWS's samples let users do to their own credentials, by kind. */
export const KEYS = 'iam:CreateAccessKey,DeleteAccessKey,ListAccessKeys,UpdateAccessKey'
export const PROFILE =
  'iam:CreateLoginProfile,DeleteLoginProfile,GetLoginProfile,UpdateLoginProfile'
export const CERTIFICATES =
  'iam:DeleteSigningCertificate,ListSigningCertificates,UpdateSigningCertificate,UploadSigningCertificate'
export const SSH =
  'iam:DeleteSSHPublicKey,GetSSHPublicKey,ListSSHPublicKeys,UpdateSSHPublicKey,UploadSSHPublicKey'
export const GIT =
  'iam:CreateServiceSpecificCredential,DeleteServiceSpecificCredential,ListServiceSpecificCredentials,ResetServiceSpecificCredential,UpdateServiceSpecificCredential'

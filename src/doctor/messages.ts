import { isSecurityKey } from '../mfa/serial.ts'
import { formatDuration } from '../session/model/duration.ts'
import { toOneLine, sanitize } from '../sanitize.ts'
import { quotePosixIfNeeded } from '../shell/quote.ts'
import type {
  DoctorFinding,
  FindingCode,
  LongTermKey,
  NetworkSetting,
  Serial,
  SessionPlace,
} from './finding.ts'

export interface FindingText {
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly remedy: string
}

export interface MessageContext {
  readonly profile: string
  readonly platform: string
}

const MINUTE_MS = 60_000
/** AWS refuses some requests from here on, and all from 15 minutes on. */
const SKEW_ERROR_MS = 5 * MINUTE_MS

/** A finding in one sentence, with the command that mends it; safe to show on a terminal. */
export function describeFinding(finding: DoctorFinding, place: MessageContext): FindingText {
  // The table has the writer of this very code; TypeScript does not follow that.
  const write = WRITERS[finding.code] as (
    finding: DoctorFinding,
    place: MessageContext,
  ) => FindingText
  const { severity, message, remedy } = write(finding, place)
  return {
    severity,
    message: `${toOneLine(message).replace(/\.$/, '')}.`,
    remedy: sanitize(remedy),
  }
}

type Writers = {
  readonly [C in FindingCode]: (
    finding: Extract<DoctorFinding, { code: C }>,
    place: MessageContext,
  ) => FindingText
}

const WRITERS: Writers = {
  'file-unreadable': ({ message, remedy }) => error(message, remedy),
  'file-damaged': ({ path, line, problem }) =>
    error(
      `${path}:${line}: ${problem}, so AWS tools refuse the file`,
      `edit line ${line} of ${path}`,
    ),
  'file-mode': ({ path, mode }) =>
    warning(
      `${path} holds credentials and is open to other users (mode ${mode.toString(8).padStart(4, '0')})`,
      `chmod 600 ${quotePosixIfNeeded(path)}`,
    ),
  'profile-missing': ({ known }, { profile }) =>
    error(
      `There is no profile ${profile} in either file; there ${known.length === 0 ? 'is none' : `are: ${known.join(', ')}`}`,
      `aws configure --profile ${profile}`,
    ),
  'static-keys-beside-process': ({ isOurs }, { profile }) =>
    error(
      `The profile ${profile} has credential_process and aws_access_key_id, and the latter wins, without MFA`,
      isOurs
        ? `mfa-login setup --profile ${profile}`
        : `take either of them out of the profile ${profile} by hand`,
    ),
  'process-missing': ({ program }, { profile }) =>
    error(
      `The credential_process of profile ${profile} starts ${program}, which is not there`,
      `mfa-login setup --profile ${profile}`,
    ),
  'target-taken': ({ target, by }, { profile }) =>
    error(
      `The profile ${target}, to which a login would write, ${by === 'keys' ? 'holds long-term keys' : 'gets its credentials from another credential_process'}`,
      `mfa-login --profile ${profile} --to ANOTHER-NAME`,
    ),
  'no-region': ({ inherited }, { profile }) =>
    warning(
      inherited === undefined
        ? `The profile ${profile} has no region and neither AWS_REGION nor AWS_DEFAULT_REGION is set, so SDKs fail`
        : `The profile ${profile} has no region of its own and neither AWS_REGION nor AWS_DEFAULT_REGION is set: mfa-login takes ${inherited} from the source profile, SDKs that read ${profile} fail`,
      `aws configure set region ${inherited ?? 'us-east-1'} --profile ${profile}`,
    ),
  'profiles-differ': ({ first, second }, { platform }) =>
    warning(
      `AWS_PROFILE is ${first} and AWS_DEFAULT_PROFILE is ${second}: boto3 uses the latter, AWS CLI v2 and other SDKs the former`,
      unset(['AWS_DEFAULT_PROFILE'], platform),
    ),
  'environment-keys': ({ names, why }, { profile, platform }) =>
    error(
      {
        wins: `AWS_ACCESS_KEY_ID is set, and AWS CLI, boto3 and Go take it before the profile ${profile}`,
        expired: 'The session in AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN is over',
        'without-mfa': 'AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN hold a session without MFA',
      }[why],
      unset(names, platform),
    ),
  unreachable: ({ detail, settings }, { platform }) =>
    error(
      `AWS cannot be reached: ${detail}${settingsInWords(settings)}`,
      `check the network${unsetHint(settings, platform)}`,
    ),
  'untrusted-certificate': ({ detail }) =>
    error(
      `The certificate of AWS’s endpoint is not trusted: ${detail}`,
      'set AWS_CA_BUNDLE or ca_bundle to the certificate file of your network',
    ),
  'not-aws': ({ settings }, { platform }) =>
    error(
      `What answers is not AWS but perhaps a proxy or a captive portal${settingsInWords(settings)}`,
      `sign in to the network with a browser${unsetHint(settings, platform)}`,
    ),
  'aws-refused': ({ detail, passes }, { profile }) =>
    error(
      passes
        ? `AWS is busy or failing: ${detail}`
        : `AWS refused a question that it answers every key: ${detail}`,
      passes
        ? `in a minute: mfa-login doctor --profile ${profile}`
        : 'show this to the administrators of the account',
    ),
  'clock-skew': ({ offset }, { platform }) => skewInWords(offset, platform),
  'role-source': ({ message, remedy }) => error(message, remedy),
  'no-keys': (finding, { profile }) => missingKeysInWords(finding, profile),
  'keyring-silent': ({ message, remedy }) => error(message, remedy),
  'encryption-fails': ({ message, remedy }) =>
    error(`Sessions are to be encrypted, and cannot be: ${message}`, remedy),
  'key-unknown': ({ key }) =>
    error(
      `AWS does not know the access key …${key.ending} ${keyPlace(key)}: it is deleted, inactive or of another partition`,
      newKey(key),
    ),
  'secret-wrong': ({ key }) =>
    error(
      `The secret access key ${keyPlace(key)} does not belong to the access key …${key.ending}`,
      newKey(key),
    ),
  'no-device': (_, { profile }) =>
    error('This user has no MFA device', `mfa-login device enroll --profile ${profile}`),
  'only-security-keys': () =>
    error(
      'This user has only security keys or passkeys, and STS GetSessionToken cannot take those',
      // With a device, a bare key may not add another (AWS-2023-001).
      'add an authenticator app in the AWS console under Security credentials, or use: aws login',
    ),
  'devices-hidden': (_, { profile }) =>
    warning(
      'No mfa_serial is set, and the policy does not let this key list its devices (iam:ListMFADevices)',
      `aws configure set mfa_serial ARN --profile ${profile}`,
    ),
  'serial-of-another-account': ({ serial, account }, place) =>
    error(
      `The MFA device ${serial.text} is of another account than the key’s, ${account}`,
      otherSerial(serial, place),
    ),
  'serial-unknown': ({ serial }, place) =>
    error(
      isSecurityKey(serial.text)
        ? `The MFA device ${serial.text} is a security key or passkey, which STS cannot take`
        : `The MFA device ${serial.text} is none of this user’s`,
      otherSerial(serial, place),
    ),
  'session-refused': ({ place, detail }, { profile, platform }) =>
    error(
      `AWS does not accept the session in ${placeInWords(place)}: ${detail}`,
      place.kind === 'environment'
        ? unset(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'], platform)
        : `mfa-login --profile ${profile} --force`,
    ),
  'session-without-mfa': ({ place }, { profile }) =>
    error(
      `The session in ${placeInWords(place)} was made without MFA: STS accepts it and IAM does not`,
      `mfa-login --profile ${profile} --force`,
    ),
  'session-expired': ({ place, expiration, isWired }, { profile }) =>
    text(
      isWired ? 'warning' : 'error',
      `The session in ${placeInWords(place)} is over${expiration === undefined ? '' : ` since ${expiration}`}`,
      `mfa-login --profile ${profile}`,
    ),
  'no-session': ({ isWired }, { profile }) =>
    text(
      isWired ? 'warning' : 'error',
      isWired
        ? `There is no session for profile ${profile}; the next AWS command will ask for a code`
        : `There is no session for profile ${profile}, and a long-term key alone has no MFA`,
      `mfa-login --profile ${profile}`,
    ),
  'session-in-plain-text': ({ place, madeFor }) =>
    warning(
      `Sessions are to be encrypted, and the one of ${madeFor} in ${placeInWords(place)} is not`,
      `mfa-login logout --profile ${madeFor}`,
    ),
}

function text(severity: FindingText['severity'], message: string, remedy: string): FindingText {
  return { severity, message, remedy }
}

function error(message: string, remedy: string): FindingText {
  return text('error', message, remedy)
}

function warning(message: string, remedy: string): FindingText {
  return text('warning', message, remedy)
}

function missingKeysInWords(
  { holder, isEnvironments, isForRole }: Extract<DoctorFinding, { code: 'no-keys' }>,
  profile: string,
): FindingText {
  if (holder === undefined) {
    return error(
      `The profile ${profile} takes its role with keys of the environment, and there are no long-term ones`,
      'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to long-term keys, and no AWS_SESSION_TOKEN',
    )
  }
  const why = isForRole ? ` for the profile ${holder}, with which ${profile} takes its role` : ''
  const places = isEnvironments ? `, [${holder}] and the environment` : ` and [${holder}]`
  return error(
    `There are no long-term keys${why}: looked in [${holder}-long-term]${places}`,
    `aws configure --profile ${holder}`,
  )
}

function skewInWords(offset: number | undefined, platform: string): FindingText {
  const remedy =
    { darwin: 'sudo sntp -sS time.apple.com', win32: 'w32tm /resync' }[platform] ??
    'sudo timedatectl set-ntp true'
  if (offset === undefined) return error('This machine’s clock differs too much from AWS’s', remedy)
  const size = Math.abs(offset)
  return text(
    size >= SKEW_ERROR_MS ? 'error' : 'warning',
    `This machine’s clock is ${formatDuration(Math.round(size / MINUTE_MS) * MINUTE_MS)} ${offset > 0 ? 'behind' : 'ahead of'} AWS’s; codes of an app on it fail from 1 min on, requests from 5 or 15 min on`,
    remedy,
  )
}

function keyPlace({ profile }: LongTermKey): string {
  return profile === undefined ? 'in the environment' : `of [${profile}]`
}

function newKey({ profile }: LongTermKey): string {
  return profile === undefined
    ? 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY again'
    : `aws configure --profile ${profile}`
}

function otherSerial(
  { isFromEnvironment, better = 'ARN' }: Serial,
  { profile, platform }: MessageContext,
): string {
  if (isFromEnvironment) return unset(['AWS_MFA_SERIAL'], platform)
  return `aws configure set mfa_serial ${better} --profile ${profile}`
}

function placeInWords(place: SessionPlace): string {
  return place.kind === 'profile' ? `the profile ${place.name}` : `the ${place.kind}`
}

function settingsInWords(settings: readonly NetworkSetting[]): string {
  const each = settings.map(({ name, host }) => (host === undefined ? name : `${name} ${host}`))
  return each.length === 0 ? '' : `; calls go through ${each.join(', ')}`
}

function unsetHint(settings: readonly NetworkSetting[], platform: string): string {
  const names = settings.map(({ name }) => name)
  const variables = names.filter((name) => name !== 'endpoint_url')
  const line = names.length > variables.length ? ['take endpoint_url out of the config'] : []
  const commands = variables.length === 0 ? line : [unset(variables, platform), ...line]
  return commands.length === 0 ? '' : `, or if that is not wanted: ${commands.join(', ')}`
}

function unset(names: readonly string[], platform: string): string {
  return platform === 'win32'
    ? `Remove-Item ${names.map((name) => `Env:${name}`).join(', ')}`
    : `unset ${names.join(' ')}`
}

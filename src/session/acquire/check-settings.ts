/** Settings that would fail a login after a code was asked for; pure. */
import { isValid } from '../../aws/patterns.ts'
import { Failure, settingFailure } from '../../failure.ts'
import { promptSeconds } from '../../mfa/prompts/time-limit.ts'
import { promptFromEnvironment } from '../../mfa/prompts/prompt-names.ts'
import { isSerialNumber } from '../../mfa/serial.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import { settingsOf } from '../../profile/settings.ts'
import type { GetSessionOptions } from '../cache/look-up.ts'
import { mfaSessionSeconds, roleSessionSeconds } from '../model/session-length.ts'
import { areTagKeys, areTags } from '../model/session-tags.ts'

type Env = Readonly<Record<string, string | undefined>>

const ROLE_ARN = [
  /^arn:aws[\w-]*:iam::\d{12}:role\/[\x21-\x7E]{1,1024}$/,
  'the ARN of a role',
] as const
/** AWS STS API reference, AssumeRole. */
const ROLE_SETTINGS = {
  role_arn: ROLE_ARN,
  mfa_login_role_arn: ROLE_ARN,
  external_id: [/^[\w+=,.@:/-]{2,1224}$/, 'an external ID'],
  role_session_name: [/^[\w+=,.@-]{2,64}$/, 'the name of a role session'],
  source_identity: [/^(?!aws:)[\w+=,.@-]{2,64}$/, 'a source identity'],
  session_tags: [{ test: areTags }, 'a list of session tags such as team=core, cost=7'],
  transitive_session_tags: [{ test: areTagKeys }, 'a list of keys of session tags'],
} as const

/** Each as the Failure that a login throws for it. */
export function settingProblems(
  source: CredentialSource,
  env: Env,
  options: Pick<GetSessionOptions, 'serial' | 'duration' | 'tokenCode' | 'prompt'> = {},
): Failure[] {
  const checks = [
    () => checkKeys(source),
    () => options.serial ?? checkConfiguredSerial(source, env),
    () => roleSessionSeconds(source, options),
    () => mfaSessionSeconds(source, source.roles.length === 0 ? options : {}),
    () => checkRoles(source),
    () => options.tokenCode ?? promptSeconds(env),
    () => options.tokenCode ?? options.prompt ?? promptFromEnvironment(env),
  ]
  return checks.flatMap((check) => {
    try {
      check()
      return []
    } catch (error) {
      if (error instanceof Failure) return [error]
      throw error
    }
  })
}

/** Emulators take an ID of any length. */
function checkKeys({ files, accessKeyId, secretAccessKey, keysProfile }: CredentialSource): void {
  const names = keysProfile === undefined ? [] : [keysProfile]
  const check = (key: string, value: string, isOfAws: boolean): void => {
    if (isOfAws) return
    const from = settingsOf(files, names).sourced(key)?.from ?? key.toUpperCase()
    throw settingFailure(`The key in ${key} has characters that keys of AWS never have.`, {
      value,
      from,
    })
  }
  check('aws_access_key_id', accessKeyId, /^\w+$/.test(accessKeyId))
  const secret = secretAccessKey ?? ''
  check('aws_secret_access_key', secret, secret === '' || isValid('secret access key', secret))
}

function checkConfiguredSerial(source: CredentialSource, env: Env): void {
  const inFiles = source.sourced('mfa_serial') ?? source.sourced('aws_mfa_device')
  const serial = inFiles ?? { value: env.AWS_MFA_SERIAL ?? '', from: 'AWS_MFA_SERIAL' }
  if (serial.value === '' || isSerialNumber(serial.value)) return
  throw settingFailure(
    `${JSON.stringify(serial.value)} is not a serial number of an MFA device.`,
    serial,
  )
}

function checkRoles({ roles, files }: CredentialSource): void {
  for (const { profile } of roles) {
    const settings = settingsOf(files, [profile])
    for (const [key, [pattern, what]] of Object.entries(ROLE_SETTINGS)) {
      const setting = settings.sourced(key)
      if (setting !== undefined && !pattern.test(setting.value))
        throw settingFailure(`${JSON.stringify(setting.value)} is not ${what}.`, setting)
    }
  }
}

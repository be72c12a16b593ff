/**
 * `aws configure mfa-login` (AWS CLI from 2.30.3; awscli/customizations/configure/mfalogin.py)
 * writes keys and token to a section of the credentials file, whatever keys that holds: the one
 * told with `--update-profile`, else `ACCOUNT-DEVICE` or `session-SERIAL`. When the session ends
 * it prints and does not write.
 */
import { profileKeys, profileNames } from '../profile/ini/ini-file.ts'
import { EXPIRES } from '../profile/session-keys.ts'
import { holdsLongTermKeys, type ProfileFiles } from '../profile/values.ts'
import type { ImportFinding, ImportInput, ToolReader } from './finding.ts'
import { settingOf, sourceInFiles } from './profile-settings.ts'

const SESSION = 'this session has no expiration in the file, like those of aws configure mfa-login'

export const readAwsCli: ToolReader = (input) =>
  profileNames(input.files.credentials, 'credentials')
    .filter((name) => isSession(input.files, name))
    .flatMap((name) => sessionFinding(input, name))

/** Keys with which other tools note when a session ends or who manages the section. */
const KEYS_OF_OTHER_TOOLS = [
  EXPIRES,
  'expiration',
  'aws_credential_expiration',
  'manager',
  'aws_security_token',
]

function isSession(files: ProfileFiles, name: string): boolean {
  const keys = profileKeys(files.credentials, 'credentials', name)
  return keys.has('aws_session_token') && !KEYS_OF_OTHER_TOOLS.some((key) => keys.has(key))
}

function sessionFinding(input: ImportInput, profile: string): ImportFinding[] {
  const { files, isToolNamed } = input
  const finding = (outcome: string, next: string): ImportFinding[] => [
    { profile, message: `${SESSION}; ${outcome}`, next },
  ]
  const login = `mfa-login --profile ${profile}`
  if (sourceInFiles(files, profile)?.target === profile) {
    return finding('mfa-login renews it in the same place', login)
  }
  const origin = findOrigin(input, profile)
  if (origin !== undefined) {
    const next = `mfa-login --profile ${origin} --to ${profile}`
    return finding(`it was created for ${origin} and stays`, next)
  }
  // Beside a session they can only be in the keyring.
  if (holdsLongTermKeys(files, profile)) {
    return finding('it stays, and the keyring has the long-term keys of the profile', login)
  }
  if (settingOf(files, profile, 'mfa_serial') !== undefined) {
    return finding(
      'the long-term keys, which that command overwrites where it updates their own profile, are gone',
      `aws configure --profile ${profile}-long-term, with an access key from the AWS console`,
    )
  }
  if (!isToolNamed && !/^(\d{12}|session)-/.test(profile)) return []
  const outcome = 'the profile that it was created for is not known, so it stays'
  return finding(outcome, `mfa-login --profile NAME --to ${profile}`)
}

/** The profile with keys whose device gives a section this name in the AWS CLI. */
function findOrigin({ files, profiles }: ImportInput, name: string): string | undefined {
  return profiles.find((profile) => {
    const serial = settingOf(files, profile, 'mfa_serial')
    if (serial === undefined || !holdsLongTermKeys(files, profile)) return false
    const [, account, device] = /^arn:aws:iam::(\d+):(?:.*\/)?([^/:]+)$/.exec(serial) ?? []
    return name === (account === undefined ? `session-${serial}` : `${account}-${device ?? ''}`)
  })
}

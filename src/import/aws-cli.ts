/**
 * `aws configure mfa-login` (AWS CLI from 2.30.3; awscli/customizations/configure/mfalogin.py)
 * writes keys and token to a section of the credentials file, whatever keys that holds: the one
 * told with `--update-profile`, else `ACCOUNT-DEVICE` or `session-SERIAL`. When the session ends
 * it prints and does not write.
 */
import { profileKeys, profileNames } from '../profile/ini/ini-file.ts'
import { EXPIRES } from '../profile/session-keys.ts'
import {
  allProfiles,
  holdsLongTermKeys,
  profileValues,
  type ProfileFiles,
} from '../profile/values.ts'
import { keysInFiles } from './files.ts'
import type { ImportFinding, Reader, Scene } from './finding.ts'

const SESSION = 'this session has no end in the file, as those of aws configure mfa-login'

export const readAwsCli: Reader = (scene) =>
  profileNames(scene.files.credentials, 'credentials')
    .filter((name) => isSession(scene.files, name))
    .flatMap((name) => finding(scene, name))

/** Other tools note the end, or who manages the section. */
const OTHERS = [EXPIRES, 'expiration', 'aws_credential_expiration', 'manager', 'aws_security_token']

function isSession(files: ProfileFiles, name: string): boolean {
  const keys = profileKeys(files.credentials, 'credentials', name)
  return keys.has('aws_session_token') && !OTHERS.some((key) => keys.has(key))
}

function finding({ files, isAsked }: Scene, profile: string): ImportFinding[] {
  if (keysInFiles(files, profile)?.target === profile) {
    const message = `${SESSION}; mfa-login renews it in the same place`
    return [{ profile, message, next: `mfa-login --profile ${profile}` }]
  }
  const origin = originOf(files, profile)
  if (origin !== undefined) {
    const message = `${SESSION}; it was made for ${origin} and stays`
    return [{ profile, message, next: `mfa-login --profile ${origin} --to ${profile}` }]
  }
  // Beside a session they can only be in the keyring.
  if (holdsLongTermKeys(files, profile)) {
    const message = `${SESSION}; it stays, and the keyring has the long-term keys of the profile`
    return [{ profile, message, next: `mfa-login --profile ${profile}` }]
  }
  if (profileValues(files, profile).has('mfa_serial')) {
    return [
      {
        profile,
        message: `${SESSION}; the long-term keys, which that command overwrites where it updates their own profile, are gone`,
        next: `aws configure --profile ${profile}-long-term, with an access key from the AWS console`,
      },
    ]
  }
  if (!isAsked && !/^(\d{12}|session)-/.test(profile)) return []
  const message = `${SESSION}; from which profile it was made is not known, and it stays`
  return [{ profile, message, next: `mfa-login --profile NAME --to ${profile}` }]
}

/** The profile with keys for whose device the AWS CLI would give this name. */
function originOf(files: ProfileFiles, name: string): string | undefined {
  return allProfiles(files).find((profile) => {
    const serial = profileValues(files, profile).get('mfa_serial')
    return serial !== undefined && nameFor(serial) === name && holdsLongTermKeys(files, profile)
  })
}

function nameFor(serial: string): string {
  const parts = /^arn:aws:iam::(\d+):(?:.*\/)?([^/:]+)$/.exec(serial)
  return parts === null ? `session-${serial}` : `${parts[1] ?? ''}-${parts[2] ?? ''}`
}

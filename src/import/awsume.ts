/**
 * awsume 4.5 reads AWS's own layout (docs/general/aws-file-configuration.md) and writes sections of
 * the credentials file marked `manager = awsume`: output profiles (`awsume P -o NAME`), and those
 * its background process renews, `autoawsume-P` or the one told with -o, with `autoawsume = true`,
 * `awsumepy_command` and `source_expiration` (awsumepy/lib/autoawsume.py, aws_files.py).
 * `principal_arn` beside `role_arn` is its SAML login (awsumepy/lib/profile.py).
 */
import { profileKeys, profileNames } from '../profile/ini/ini-file.ts'
import type { ImportFinding, ImportInput, ToolReader } from './finding.ts'
import { settingOf, sourceInFiles } from './profile-settings.ts'

export const readAwsume: ToolReader = (input) => {
  const managed = managedFindings(input)
  // Nothing else distinguishes a file of awsume from one of the AWS CLI.
  const isAwsume = managed.length > 0 || input.isToolNamed
  return isAwsume ? [...managed, ...profileFindings(input, managed)] : []
}

function managedFindings({ files }: ImportInput): ImportFinding[] {
  return profileNames(files.credentials, 'credentials').flatMap((profile) => {
    const keys = profileKeys(files.credentials, 'credentials', profile)
    if (keys.get('manager') !== 'awsume') return []
    const [message, next] = keys.has('autoawsume')
      ? [
          'autoawsume renews this profile, and it stays; mfa-login setup does that for the profile it comes from',
          'awsume -k, which stops that',
        ]
      : [
          'this is an output profile of awsume, and it stays',
          'awsume --clean, which removes expired ones',
        ]
    return [{ profile, message, next }]
  })
}

/** Profiles in AWS's own layout, which awsume reads as mfa-login does. */
function profileFindings(
  { files, profiles }: ImportInput,
  managed: readonly ImportFinding[],
): ImportFinding[] {
  return profiles.flatMap((profile) => {
    const has = (key: string): boolean => settingOf(files, profile, key) !== undefined
    if (managed.some((each) => each.profile === profile)) return []
    if (has('principal_arn')) {
      return [{ profile, message: 'this role is assumed with SAML, so it stays with awsume' }]
    }
    const next = `mfa-login --profile ${profile}`
    if (has('role_arn') && has('source_profile')) {
      const message = 'role_arn and source_profile are read as they are, and stay'
      return [{ profile, message, next }]
    }
    if (!has('mfa_serial') || sourceInFiles(files, profile) === undefined) return []
    return [{ profile, message: 'its keys and mfa_serial are read as they are, and stay', next }]
  })
}

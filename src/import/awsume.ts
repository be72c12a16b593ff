/**
 * awsume 4.5 reads AWS's own layout (docs/general/aws-file-configuration.md) and writes sections of
 * the credentials file marked `manager = awsume`: output profiles (`awsume P -o NAME`), and those
 * its background process renews, `autoawsume-P` or the one told with -o, with `autoawsume = true`,
 * `awsumepy_command` and `source_expiration` (awsumepy/lib/autoawsume.py, aws_files.py).
 * `principal_arn` beside `role_arn` is its SAML login (awsumepy/lib/profile.py).
 */
import { profileKeys, profileNames } from '../profile/ini/ini-file.ts'
import { allProfiles, profileValues } from '../profile/values.ts'
import { keysInFiles } from './files.ts'
import type { ImportFinding, Reader, Scene } from './finding.ts'

export const readAwsume: Reader = (scene) => {
  const managed = managedFindings(scene)
  // Without such sections, and unasked, the rest is nobody's layout but AWS's.
  return managed.length > 0 || scene.isAsked ? [...managed, ...ownLayout(scene, managed)] : []
}

function managedFindings({ files }: Scene): ImportFinding[] {
  return profileNames(files.credentials, 'credentials').flatMap((profile) => {
    const keys = profileKeys(files.credentials, 'credentials', profile)
    if (keys.get('manager') !== 'awsume') return []
    return [keys.has('autoawsume') ? renewed(profile) : output(profile)]
  })
}

function renewed(profile: string): ImportFinding {
  return {
    profile,
    message:
      'autoawsume renews this profile, and it stays; mfa-login setup does that for the profile it comes from',
    next: `awsume -k, which stops that`,
  }
}

function output(profile: string): ImportFinding {
  return {
    profile,
    message: 'this is an output profile of awsume, and it stays',
    next: 'awsume --clean, which takes out those that have ended',
  }
}

function ownLayout({ files }: Scene, managed: readonly ImportFinding[]): ImportFinding[] {
  return allProfiles(files).flatMap((profile) => {
    const values = profileValues(files, profile)
    if (managed.some((each) => each.profile === profile)) return []
    if (values.has('principal_arn')) {
      return [{ profile, message: 'this role is taken with SAML, for which awsume remains' }]
    }
    const next = `mfa-login --profile ${profile}`
    if (values.has('role_arn') && values.has('source_profile')) {
      const message = 'role_arn and source_profile are read as they are, and stay'
      return [{ profile, message, next }]
    }
    if (!values.has('mfa_serial') || keysInFiles(files, profile) === undefined) return []
    return [{ profile, message: 'its keys and mfa_serial are read as they are, and stay', next }]
  })
}

/**
 * vegas-credentials (aripalo/vegas-credentials, README.md and credentials.vegas/docs/setup): roles
 * in the config, hidden from AWS tools as `vegas_role_arn` and `vegas_source_profile` beside
 * `credential_process = vegas-credentials assume --profile=P`; keys and mfa_serial in the source
 * profile, there also `vegas_yubikey_serial` and `vegas_yubikey_label`.
 */
import { isWritableValue } from '../profile/ini/edit.ts'
import { profileKeys } from '../profile/ini/ini-file.ts'
import { allProfiles, profileValues } from '../profile/values.ts'
import type { ImportFinding, Reader, Scene } from './finding.ts'
import { processesOf, adoptedProcess } from './adopt.ts'

const ACCOUNT = 'ykman_oath_credential_name'

export const readVegas: Reader = (scene) => [
  ...processesOf(scene.files, ['vegas-credentials']).map(({ profile }) =>
    roleFinding(scene, profile),
  ),
  ...allProfiles(scene.files).flatMap((profile) => yubikeyFinding(scene, profile)),
]

function roleFinding(scene: Scene, profile: string): ImportFinding {
  const keys = profileKeys(scene.files.config, 'config', profile)
  const role = keys.get('vegas_role_arn') ?? ''
  const source = keys.get('vegas_source_profile') ?? ''
  if (!isWritableValue(role) || !isWritableValue(source)) {
    const message = 'it lacks vegas_role_arn or vegas_source_profile, and stays'
    return { profile, message }
  }
  const change = {
    vegas_role_arn: undefined,
    vegas_source_profile: undefined,
    role_arn: role,
    source_profile: source,
  }
  const words = [
    `config: in the profile ${profile}, vegas_role_arn becomes role_arn, and vegas_source_profile source_profile`,
  ]
  return adoptedProcess(scene, 'vegas-credentials', profile, { change, words })
}

/** Its codes come from the account of the label, or of the device's serial number. */
function yubikeyFinding({ files }: Scene, profile: string): ImportFinding[] {
  const values = profileValues(files, profile)
  const account = values.get('vegas_yubikey_label') ?? values.get('mfa_serial') ?? ''
  if (!values.has('vegas_yubikey_serial') || !isWritableValue(account)) return []
  if (values.has(ACCOUNT) || values.has('mfa_process')) return []
  return [
    {
      profile,
      message: `the YubiKey is asked for the account in ${ACCOUNT}; vegas_yubikey_serial is not read`,
      next: `export YKMAN_OATH_DEVICE_SERIAL=…, where several keys are plugged in`,
      plan: {
        credentials: [],
        config: [{ profile, change: { [ACCOUNT]: account } }],
        summary: [`config: the profile ${profile} gets ${ACCOUNT} = ${account}`],
      },
    },
  ]
}

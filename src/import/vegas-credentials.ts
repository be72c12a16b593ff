/**
 * vegas-credentials (aripalo/vegas-credentials, README.md and credentials.vegas/docs/setup): roles
 * in the config, hidden from AWS tools as `vegas_role_arn` and `vegas_source_profile` beside
 * `credential_process = vegas-credentials assume --profile=P`; keys and mfa_serial in the source
 * profile, there also `vegas_yubikey_serial` and `vegas_yubikey_label`.
 */
import { setHint } from '../failure.ts'
import { IMPORTABLE } from '../profile/other-source.ts'
import { isWritableValue } from '../profile/ini/edit.ts'
import { profileKeys } from '../profile/ini/ini-file.ts'
import { adoptProcess, findProcesses } from './adopt-profile.ts'
import type { ImportFinding, ImportInput, ToolReader } from './finding.ts'
import { settingOf } from './profile-settings.ts'

const ACCOUNT = 'ykman_oath_credential_name'

export const readVegas: ToolReader = (input) => [
  ...findProcesses(input, IMPORTABLE['vegas-credentials']).map(({ profile }) =>
    roleFinding(input, profile),
  ),
  ...input.profiles.flatMap((profile) => yubikeyFinding(input, profile)),
]

function roleFinding(input: ImportInput, profile: string): ImportFinding {
  const keys = profileKeys(input.files.config, 'config', profile)
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
  const summary = [
    `config: in the profile ${profile}, vegas_role_arn becomes role_arn, and vegas_source_profile source_profile`,
  ]
  return adoptProcess(input, 'vegas-credentials', profile, { change, summary })
}

/** vegas-credentials asks the YubiKey for the account of the label, else of the serial number. */
function yubikeyFinding({ files }: ImportInput, profile: string): ImportFinding[] {
  const setting = (key: string): string | undefined => settingOf(files, profile, key)
  if (setting('vegas_yubikey_serial') === undefined) return []
  const account = setting('vegas_yubikey_label') ?? setting('mfa_serial') ?? ''
  if (!isWritableValue(account) || (setting(ACCOUNT) ?? setting('mfa_process')) !== undefined) {
    return []
  }
  return [
    {
      profile,
      message: `the YubiKey is asked for the account in ${ACCOUNT}; vegas_yubikey_serial is not read`,
      next: `${setHint({ YKMAN_OATH_DEVICE_SERIAL: '…' })}, if several keys are plugged in`,
      plan: {
        credentials: [],
        config: [{ profile, change: { [ACCOUNT]: account } }],
        summary: [`config: the profile ${profile} gets ${ACCOUNT} = ${account}`],
      },
    },
  ]
}

/**
 * granted 0.38 (common-fate/granted, pkg/granted/credentials.go and pkg/cfaws/granted_config.go):
 * `credential_process = granted credential-process --profile=P` for keys that `granted credentials
 * import` moved to its secure storage, and for SSO with `granted_sso_*` keys.
 */
import { IMPORTABLE } from '../profile/other-source.ts'
import { profileValues } from '../profile/values.ts'
import { adoptProcess, findProcesses, optionValue } from './adopt-profile.ts'
import type { ImportFinding, ToolReader } from './finding.ts'
import { sourceInFiles } from './profile-settings.ts'

export const readGranted: ToolReader = (input) =>
  findProcesses(input, IMPORTABLE.granted).map(({ profile, args }): ImportFinding => {
    const named = optionValue(args, 'profile') ?? profile
    const isSso = [...profileValues(input.files, profile).keys()].some((key) =>
      /^(granted_)?sso_/.test(key),
    )
    if (isSso) return { profile, message: 'it gets its credentials by SSO, and stays with granted' }
    if (named !== profile) {
      const message = `its credential_process asks granted for the profile ${named}, and stays`
      return { profile, message, next: `mfa-login setup --profile ${named}` }
    }
    if (sourceInFiles(input.files, profile) !== undefined)
      return adoptProcess(input, 'granted', profile)
    return {
      profile,
      message: 'no file has its long-term keys; if granted has them, only granted can read them',
      // That command writes them to [P] and removes its credential_process.
      next: `granted credentials export-plaintext ${profile}, then mfa-login --profile ${profile}`,
    }
  })

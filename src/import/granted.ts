/**
 * granted 0.38 (common-fate/granted, pkg/granted/credentials.go and pkg/cfaws/granted_config.go):
 * `credential_process = granted credential-process --profile=P` for keys that `granted credentials
 * import` moved to its secure storage, and for SSO with `granted_sso_*` keys.
 */
import { profileValues } from '../profile/values.ts'
import { keysInFiles } from './files.ts'
import type { ImportFinding, Reader } from './finding.ts'
import { optionIn, processesOf, adoptedProcess } from './adopt.ts'

export const readGranted: Reader = (scene) =>
  processesOf(scene.files, ['granted', 'dgranted']).map(({ profile, args }): ImportFinding => {
    const named = optionIn(args, 'profile') ?? profile
    const isSso = [...profileValues(scene.files, profile).keys()].some((key) =>
      /^(granted_)?sso_/.test(key),
    )
    if (isSso) return { profile, message: 'it gets its credentials by SSO, and stays with granted' }
    if (named !== profile) {
      const message = `its credential_process asks granted for the profile ${named}, and stays`
      return { profile, message, next: `mfa-login setup --profile ${named}` }
    }
    if (keysInFiles(scene.files, profile) !== undefined)
      return adoptedProcess(scene, 'granted', profile)
    return {
      profile,
      message: 'no file has its long-term keys; where granted has them, only it can read them',
      // It writes them to [P] and takes its credential_process out.
      next: `granted credentials export-plaintext ${profile}, then mfa-login --profile ${profile}`,
    }
  })

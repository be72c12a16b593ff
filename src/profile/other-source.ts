/** Profiles whose credentials come from another tool: what it is, and the command that uses it. */
import { win32 } from 'node:path'
import { isOurProcess, splitCommandLine } from './process-line.ts'
import { OTHER_SOURCES } from './session-keys.ts'
import { profileValues, type ProfileFiles } from './values.ts'

/** The tools whose credential_process `import` replaces, by the programs that they start. */
export const IMPORTABLE = {
  'aws-vault': ['aws-vault'],
  granted: ['granted', 'dgranted'],
  'aws-runas': ['aws-runas'],
  'vegas-credentials': ['vegas-credentials'],
} as const

/** The arguments of a credential_process that starts one of the programs. */
export function argumentsOf(line: string, programs: readonly string[]): string[] | undefined {
  const words = splitCommandLine(line)
  // win32 knows both separators.
  const names = words.map((word) => win32.basename(word).replace(/\.(exe|cmd|bat)$/i, ''))
  const at = names.findIndex((name) => programs.includes(name))
  return at < 0 ? undefined : words.slice(at + 1)
}

/** The setting by which a profile gets credentials from something other than keys or mfa-login. */
export function otherCredentialSetting(files: ProfileFiles, profile: string): string | undefined {
  const values = profileValues(files, profile)
  const line = values.get('credential_process')
  if (line !== undefined && !isOurProcess(line)) return 'credential_process'
  return OTHER_SOURCES.find((key) => values.has(key))
}

export interface OtherSource {
  /** Such as `IAM Identity Center (sso_session)`. */
  readonly name: string
  readonly command: string
}

/** What gives a profile its credentials, and the command for it; undefined for keys, mfa-login and roles. */
export function otherSource(files: ProfileFiles, profile: string): OtherSource | undefined {
  const setting = otherCredentialSetting(files, profile)
  const use = `aws --profile ${profile} sts get-caller-identity`
  switch (setting) {
    case 'sso_session':
    case 'sso_start_url':
      return {
        name: `IAM Identity Center (${setting})`,
        command: `aws sso login --profile ${profile}`,
      }
    case 'login_session':
      return { name: `aws login (${setting})`, command: `aws login --profile ${profile}` }
    case 'web_identity_token_file':
      return { name: `a web identity (${setting})`, command: use }
    case 'credential_process': {
      const line = profileValues(files, profile).get('credential_process') ?? ''
      const tool = Object.values(IMPORTABLE).find((programs) => argumentsOf(line, programs))?.[0]
      return tool === undefined
        ? { name: 'another credential_process', command: use }
        : {
            name: `the credential_process of ${tool}`,
            command: `mfa-login import --profile ${profile}`,
          }
    }
    case undefined:
    case 'role_arn':
      return undefined
  }
}

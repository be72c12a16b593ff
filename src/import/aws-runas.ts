/**
 * aws-runas 3 (mmmorris1975/aws-runas, config/aws_config.go and docs/): AWS's own layout with keys
 * of its own in the config, `credential_process = aws-runas -O json P`, and sessions in
 * `[P-awsrunas]` of the credentials file (docs/usage.md, "Writing Credentials").
 */
import { IMPORTABLE } from '../profile/other-source.ts'
import { profileKeys, profileNames } from '../profile/ini/ini-file.ts'
import type { ProfileFiles } from '../profile/values.ts'
import { adoptProcess, findProcesses, type ForeignProcess } from './adopt-profile.ts'
import { formatList, type ImportFinding, type ImportInput, type ToolReader } from './finding.ts'
import { settingOf } from './profile-settings.ts'

const SUFFIX = '-awsrunas'
const LOGINS = ['saml_auth_url', 'web_identity_auth_url']
const OWN_KEYS = ['mfa_type', 'jump_role_arn', 'session_token_duration', 'credentials_duration']

export const readAwsRunas: ToolReader = (input) => [
  ...findProcesses(input, IMPORTABLE['aws-runas']).map((each) => processFinding(input, each)),
  ...input.profiles.flatMap((profile) => settingsFinding(input, profile)),
  ...profileNames(input.files.credentials, 'credentials')
    .filter((name) => name.endsWith(SUFFIX))
    .map(sessionFinding),
]

function processFinding(input: ImportInput, { profile, args }: ForeignProcess): ImportFinding {
  const login = loginOf(input.files, profile)
  if (login !== undefined) {
    return { profile, message: `it gets its credentials by ${login}, and stays with aws-runas` }
  }
  // aws-runas takes one profile, as the last word.
  const last = args.at(-1) ?? ''
  const named = input.profiles.includes(last) ? last : profile
  if (named !== profile) {
    const message = `its credential_process asks aws-runas for the profile ${named}, and stays`
    return { profile, message, next: `mfa-login setup --profile ${named}` }
  }
  return adoptProcess(input, 'aws-runas', profile)
}

/** A SAML or OIDC login, which profiles inherit from their source and from [default]. */
function loginOf(files: ProfileFiles, profile: string): string | undefined {
  const names = [profile, settingOf(files, profile, 'source_profile') ?? profile, 'default']
  return LOGINS.find((key) =>
    names.some((name) => profileKeys(files.config, 'config', name).has(key)),
  )
}

function settingsFinding({ files }: ImportInput, profile: string): ImportFinding[] {
  const keys = profileKeys(files.config, 'config', profile)
  const login = LOGINS.find((key) => keys.has(key))
  if (login !== undefined) {
    return [{ profile, message: `${login} is a login that remains with aws-runas` }]
  }
  const found = OWN_KEYS.filter((key) => keys.has(key))
  if (found.length === 0) return []
  return [
    {
      profile,
      message: `${formatList(found)} ${found.length === 1 ? 'is' : 'are'} not read by mfa-login, and may stay`,
      next: `mfa-login --profile ${profile} --duration TIME, or duration_seconds in the profile`,
    },
  ]
}

function sessionFinding(name: string): ImportFinding {
  const profile = name.slice(0, -SUFFIX.length)
  return {
    profile,
    message: `[${name}] is a session of aws-runas, and stays`,
    next: `mfa-login --profile ${profile}, which writes another one`,
  }
}

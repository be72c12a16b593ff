/**
 * aws-vault (99designs/aws-vault v7.2, vault/config.go and USAGE.md) reads the config alone and has
 * the keys in a keyring or an encrypted file: profiles with `include_profile`, with
 * `credential_process = aws-vault export --format=json P` (before v7 `aws-vault exec --json P`),
 * or with an mfa_serial or roles and no keys in sight.
 */
import { IMPORTABLE } from '../profile/other-source.ts'
import type { Changes } from '../profile/ini/edit.ts'
import { profileKeys } from '../profile/ini/ini-file.ts'
import type { ProfileFiles } from '../profile/values.ts'
import { adoptProcess, findProcesses, type ForeignProcess } from './adopt-profile.ts'
import {
  effectiveSettings,
  includedBy,
  isRoleOfOwnKeys,
  KEYLESS_SOURCES,
  missingSettings,
} from './aws-vault-inheritance.ts'
import { formatList, type ImportFinding, type ImportInput, type ToolReader } from './finding.ts'
import { hasRole, settingsOf, sourceInFiles, withChange } from './profile-settings.ts'

export const readAwsVault: ToolReader = (input) => {
  const { files } = input
  const inheriting = input.profiles.filter((profile) => inheritsSettings(files, profile))
  const completed = inheriting.reduce(
    (before, profile) => withChange(before, 'config', profile, settingsToCopy(files, profile)),
    files,
  )
  const after = { ...input, files: completed }
  return [
    ...inheriting.map((profile) => inheritanceFinding(files, completed, profile)),
    ...findProcesses(after, IMPORTABLE['aws-vault']).map((each) => processFinding(after, each)),
    ...keyHolders(after).map((profile) => keysNotInFiles(profile)),
  ]
}

function inheritsSettings(files: ProfileFiles, profile: string): boolean {
  return includedBy(files, profile) !== undefined || isRoleOfOwnKeys(files, profile)
}

function settingsToCopy(files: ProfileFiles, profile: string): Changes {
  return keylessSource(files, profile) === undefined ? missingSettings(files, profile) : {}
}

function keylessSource(files: ProfileFiles, profile: string): string | undefined {
  const settings = effectiveSettings(files, profile)
  return KEYLESS_SOURCES.find((key) => settings.has(key))
}

function inheritanceFinding(
  files: ProfileFiles,
  completed: ProfileFiles,
  profile: string,
): ImportFinding {
  const source = keylessSource(files, profile)
  if (source !== undefined) {
    const message = `it gets its credentials by ${source}, without long-term keys, and stays`
    return { profile, message }
  }
  const change = settingsToCopy(files, profile)
  const names = Object.keys(change)
  const next = nextStep(completed, profile)
  const what = includedBy(files, profile) === undefined ? 'inherits' : 'includes'
  if (names.length === 0) {
    return { profile, message: `what it ${what} in aws-vault is in the profile too`, next }
  }
  return {
    profile,
    message: `${formatList(names)}, which it ${what} only in aws-vault, will be in the profile too`,
    next,
    plan: {
      credentials: [],
      config: [{ profile, change }],
      summary: summarize(profile, change),
    },
  }
}

function nextStep(files: ProfileFiles, profile: string): string {
  if (sourceInFiles(files, profile) !== undefined) return `mfa-login --profile ${profile}`
  const holder = keyHolder(files, profile)
  const hasKeys = sourceInFiles(files, holder) !== undefined
  return hasKeys ? `mfa-login --profile ${holder}` : hintToCopyKeys(holder)
}

function processFinding(input: ImportInput, { profile, args }: ForeignProcess): ImportFinding {
  const named = namedProfile(args) ?? profile
  if (named !== profile) {
    return {
      profile,
      message: `its credential_process asks aws-vault for the profile ${named}, and stays`,
      next: `mfa-login setup --profile ${named}, and that profile instead of ${profile}`,
    }
  }
  if (sourceInFiles(input.files, profile) === undefined) {
    const finding = keysNotInFiles(keyHolder(input.files, profile), profile)
    return { ...finding, next: `${finding.next}; then mfa-login import --profile ${profile}` }
  }
  const change = missingSettings(input.files, profile)
  return adoptProcess(input, 'aws-vault', profile, { change, summary: summarize(profile, change) })
}

function summarize(profile: string, change: Changes): string[] {
  const names = Object.keys(change)
  return names.length === 0 ? [] : [`config: the profile ${profile} gets ${formatList(names)}`]
}

/** The options of `aws-vault export` and `exec` with a value (cli/export.go, cli/exec.go). */
const WITH_VALUE = ['-d', '--duration', '--region', '-t', '--mfa-token', '--format']

function namedProfile(args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => arg === 'export' || arg === 'exec')
  return args
    .slice(at + 1)
    .find((arg, index, all) => !arg.startsWith('-') && !WITH_VALUE.includes(all[index - 1] ?? ''))
}

/** Profiles that must have keys, as a role or an mfa_serial shows, and have none in the files. */
function keyHolders({ files, profiles }: ImportInput): string[] {
  const fragments = new Set(profiles.map((profile) => includedBy(files, profile)))
  const users = profiles.filter((profile) => {
    if (hasRole(files, profile)) return !hasOtherSource(files, profile)
    const keys = profileKeys(files.config, 'config', profile)
    return !fragments.has(profile) && (keys.has('mfa_serial') || keys.has('mfa_process'))
  })
  const holders = new Set(users.map((profile) => keyHolder(files, profile)))
  return [...holders].filter(
    (profile) => sourceInFiles(files, profile) === undefined && !hasOtherSource(files, profile),
  )
}

/** Whether a profile gets credentials that are not keys in aws-vault. */
function hasOtherSource(files: ProfileFiles, profile: string): boolean {
  const values = settingsOf(files, profile)
  return [
    ...KEYLESS_SOURCES,
    'aws_access_key_id',
    'credential_process',
    'credential_source',
    'login_session',
    'principal_arn',
  ].some((key) => values.has(key))
}

/** The profile at the end of a chain of roles. */
function keyHolder(files: ProfileFiles, profile: string): string {
  const seen = new Set<string>()
  let name = profile
  while (!seen.has(name)) {
    seen.add(name)
    name = settingsOf(files, name).get('source_profile') ?? name
  }
  return name
}

function keysNotInFiles(holder: string, profile = holder): ImportFinding & { next: string } {
  const message = `no file has the long-term keys of ${holder}; if aws-vault has them, only aws-vault can read them`
  return { profile, message, next: hintToCopyKeys(holder) }
}

function hintToCopyKeys(holder: string): string {
  return `aws-vault exec --no-session ${holder} -- env, which shows the keys, and aws configure --profile ${holder}, which asks for them`
}

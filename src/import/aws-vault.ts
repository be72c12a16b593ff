/**
 * aws-vault (99designs/aws-vault v7.2, vault/config.go and USAGE.md) reads the config alone and has
 * the keys in a keyring or an encrypted file: profiles with `include_profile`, with
 * `credential_process = aws-vault export --format=json P` (before v7 `aws-vault exec --json P`),
 * or with an mfa_serial or roles and no keys in sight.
 */
import type { Changes } from '../profile/ini/edit.ts'
import { profileKeys } from '../profile/ini/ini-file.ts'
import { allProfiles, type ProfileFiles } from '../profile/values.ts'
import { keysInFiles, settingsOf, withChange } from './files.ts'
import { listed, type ImportFinding, type Reader, type Scene } from './finding.ts'
import { processesOf, adoptedProcess, type ForeignProcess } from './adopt.ts'
import { effective, FOREIGN, includedBy, isRoleOfOwnKeys, lacking } from './include.ts'

export const readAwsVault: Reader = ({ files, ...scene }) => {
  const own = allProfiles(files).filter((profile) => isOfAwsVault(files, profile))
  const full = own.reduce(
    (before, profile) => withChange(before, 'config', profile, missing(files, profile)),
    files,
  )
  return [
    ...own.map((profile) => ownFinding(files, full, profile)),
    ...processesOf(full, ['aws-vault']).map((each) =>
      processFinding({ ...scene, files: full }, each),
    ),
    ...keyHolders(full).map((profile) => keysElsewhere(profile)),
  ]
}

function isOfAwsVault(files: ProfileFiles, profile: string): boolean {
  return includedBy(files, profile) !== undefined || isRoleOfOwnKeys(files, profile)
}

function missing(files: ProfileFiles, profile: string): Changes {
  return foreignSource(files, profile) === undefined ? lacking(files, profile) : {}
}

function foreignSource(files: ProfileFiles, profile: string): string | undefined {
  return FOREIGN.find((key) => effective(files, profile).has(key))
}

function ownFinding(files: ProfileFiles, full: ProfileFiles, profile: string): ImportFinding {
  const foreign = foreignSource(files, profile)
  if (foreign !== undefined) {
    return {
      profile,
      message: `it gets its credentials by ${foreign}, without long-term keys, and stays`,
    }
  }
  const change = missing(files, profile)
  const names = Object.keys(change)
  const next = nextFor(full, profile)
  const what = includedBy(files, profile) === undefined ? 'inherits' : 'includes'
  if (names.length === 0) {
    return { profile, message: `what it ${what} in aws-vault is in the profile too`, next }
  }
  return {
    profile,
    message: `${listed(names)}, which it ${what} in aws-vault alone, will be in the profile too`,
    next,
    plan: {
      credentials: [],
      config: [{ profile, change }],
      summary: [`config: the profile ${profile} gets ${listed(names)}`],
    },
  }
}

function nextFor(files: ProfileFiles, profile: string): string {
  if (keysInFiles(files, profile) !== undefined) return `mfa-login --profile ${profile}`
  const holder = keyHolder(files, profile)
  const hasKeys = keysInFiles(files, holder) !== undefined
  return hasKeys ? `mfa-login --profile ${holder}` : howToCopy(holder)
}

function processFinding(scene: Scene, { profile, args }: ForeignProcess): ImportFinding {
  const named = namedProfile(args) ?? profile
  if (named !== profile) {
    return {
      profile,
      message: `its credential_process asks aws-vault for the profile ${named}, and stays`,
      next: `mfa-login setup --profile ${named}, and that profile instead of ${profile}`,
    }
  }
  if (keysInFiles(scene.files, profile) === undefined) {
    const found = keysElsewhere(keyHolder(scene.files, profile), profile)
    return { ...found, next: `${found.next}; then mfa-login import --profile ${profile}` }
  }
  const change = lacking(scene.files, profile)
  const names = Object.keys(change)
  const words = names.length === 0 ? [] : [`config: the profile ${profile} gets ${listed(names)}`]
  return adoptedProcess(scene, 'aws-vault', profile, { change, words })
}

/** The options of `aws-vault export` and `exec` with a value (cli/export.go, cli/exec.go). */
const WITH_VALUE = ['-d', '--duration', '--region', '-t', '--mfa-token', '--format']

function namedProfile(args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => arg === 'export' || arg === 'exec')
  return args
    .slice(at + 1)
    .find((arg, index, all) => !arg.startsWith('-') && !WITH_VALUE.includes(all[index - 1] ?? ''))
}

/** Profiles that roles or an mfa_serial say have keys, and no file has them. */
function keyHolders(files: ProfileFiles): string[] {
  const profiles = allProfiles(files)
  const fragments = new Set(profiles.map((profile) => includedBy(files, profile)))
  const users = profiles.filter((profile) => {
    const values = settingsOf(files, profile)
    if (values.has('role_arn')) return !hasOtherSource(files, profile)
    const keys = profileKeys(files.config, 'config', profile)
    return !fragments.has(profile) && (keys.has('mfa_serial') || keys.has('mfa_process'))
  })
  const holders = new Set(users.map((profile) => keyHolder(files, profile)))
  return [...holders].filter(
    (profile) => keysInFiles(files, profile) === undefined && !hasOtherSource(files, profile),
  )
}

/** Credentials that are not keys in aws-vault. */
function hasOtherSource(files: ProfileFiles, profile: string): boolean {
  const values = settingsOf(files, profile)
  return [
    ...FOREIGN,
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
    const values = settingsOf(files, name)
    name = values.get('source_profile') ?? name
  }
  return name
}

function keysElsewhere(
  holder: string,
  profile = holder,
): ImportFinding & { readonly next: string } {
  return {
    profile,
    message: `no file has the long-term keys of ${holder}; where aws-vault has them, only it can read them`,
    next: howToCopy(holder),
  }
}

function howToCopy(holder: string): string {
  return `aws-vault exec --no-session ${holder} -- env, which shows the keys, and aws configure --profile ${holder}, which takes them`
}

/** Why a profile leads to no long-term keys, and the command that fixes it; pure. */
import { closest } from '../closest.ts'
import { correctedCommand, SET_KEYS, unsetHint } from '../failure.ts'
import { nonEmpty } from '../non-empty.ts'
import { KINDS, sectionHeader, type FileKind } from './ini/ini-file.ts'
import { quoteIfBlank } from '../sanitize.ts'
import { otherSource } from './other-source.ts'
import { isServedByUs } from './process-line.ts'
import { roleChain, roleProfile } from './roles.ts'
import {
  allProfiles,
  hasToken,
  holdsLongTermKeys,
  profileValues,
  type ProfileFiles,
} from './values.ts'

type Env = Readonly<Record<string, string | undefined>>

export interface Reason {
  readonly message: string
  readonly remedy: string
}

/** For a profile with a role, why the start of its chain has none. Throws the Failures of `roleChain`. */
export function whyNoKeys(files: ProfileFiles, env: Env, profile: string): Reason {
  const { start, role } = startOf(files, profile)
  if (start === undefined) {
    return {
      message: `The profile ${profile} assumes its role with keys from the environment, which has no long-term keys.`,
      remedy: SET_KEYS,
    }
  }
  return (
    servedByAnother(files, start, role) ??
    wrongHeader(files, start) ??
    halfOfKey(files, start) ??
    roleIsMissing(files, start) ??
    emptyFiles(files, env, start) ??
    unknownProfile(files, start, role) ??
    noKeysIn(files, start, role)
  )
}

/** Why the profile, or the start of its role's chain, needs no long-term keys. Throws the Failures of `roleChain`. */
export function whyServedByAnother(files: ProfileFiles, profile: string): Reason | undefined {
  const { start, role } = startOf(files, profile)
  return start === undefined ? undefined : servedByAnother(files, start, role)
}

/** The profile that should have the keys, and the one with the role that they are for. */
function startOf(files: ProfileFiles, profile: string) {
  const withRole = roleProfile(files, profile)
  const start = withRole === undefined ? profile : roleChain(files, withRole).start
  return { start, role: withRole === start ? undefined : withRole }
}

/** The profile in whose section a login looks for new keys: beside a session or a process, SDKs would misread them. */
export function profileForNewKeys(files: ProfileFiles, profile: string): string {
  const isTarget = hasToken(profileValues(files, profile)) || isServedByUs(files, profile)
  return isTarget ? `${profile}-long-term` : profile
}

function servedByAnother(
  files: ProfileFiles,
  start: string,
  role: string | undefined,
): Reason | undefined {
  const other = otherSource(files, start)
  if (other === undefined) return undefined
  const { name, command } = other
  if (role === undefined) {
    return { message: `The profile ${start} gets its credentials from ${name}.`, remedy: command }
  }
  return {
    message: `The profile ${role} assumes its role with the profile ${start}, which gets its credentials from ${name}.`,
    remedy: `${command}, then: aws --profile ${role} sts get-caller-identity`,
  }
}

/** A section that AWS tools do not read: `[profile work]` is a header of the config, `[work]` of the credentials file. */
export function wrongHeader(files: ProfileFiles, profile: string): Reason | undefined {
  for (const name of [profile, `${profile}-long-term`]) {
    for (const kind of KINDS) {
      const header = sectionHeader(kind === 'config' ? 'credentials' : 'config', name)
      const isRead = files[kind].profiles(kind).has(name)
      const section = files[kind].sections.find((each) => each.header === header)
      if (isRead || section === undefined) continue
      const path = files.paths?.[kind] ?? kind
      const right = `[${sectionHeader(kind, name)}]`
      return {
        message: `AWS tools do not read [${header}] in ${path}: in this file the header of the profile is ${right}.`,
        remedy: `write ${right} in line ${section.start + 1} of ${path}`,
      }
    }
  }
  return undefined
}

const [ID, SECRET] = ['aws_access_key_id', 'aws_secret_access_key'] as const

/** An access key ID without its secret, or a secret without the ID. */
function halfOfKey(files: ProfileFiles, start: string): Reason | undefined {
  for (const name of [`${start}-long-term`, start]) {
    const values = profileValues(files, name)
    const missing = [ID, SECRET].filter((key) => nonEmpty(values.get(key)) === undefined)
    if (missing.length !== 1 || hasToken(values)) continue
    const present = missing[0] === ID ? SECRET : ID
    return {
      message: `[${name}] has ${present} and no ${missing[0] ?? ''}.`,
      remedy: `aws configure --profile ${name}`,
    }
  }
  return undefined
}

function roleIsMissing(files: ProfileFiles, profile: string): Reason | undefined {
  const source = nonEmpty(profileValues(files, profile).get('source_profile'))
  if (source === undefined) return undefined
  return {
    message: `The profile ${profile} has source_profile but no role_arn, so AWS tools ignore it.`,
    remedy: `aws configure set role_arn ARN --profile ${profile}, or without a role: mfa-login --profile ${source}`,
  }
}

const FILE_VARIABLES = [
  ['config', 'AWS_CONFIG_FILE'],
  ['credentials', 'AWS_SHARED_CREDENTIALS_FILE'],
] as const

/** The variables that name the null device as one of the files, where nothing can be written. */
export function nullDeviceVariables(env: Env, kinds: readonly FileKind[]): string[] {
  return FILE_VARIABLES.filter(
    ([kind, name]) =>
      kinds.includes(kind) && /^(\/dev\/null|(\\\\\.\\)?nul)$/i.test(env[name] ?? ''),
  ).map(([, name]) => name)
}

function emptyFiles(files: ProfileFiles, env: Env, profile: string): Reason | undefined {
  const names = nullDeviceVariables(env, ['config', 'credentials'])
  if (names.length === 0) return undefined
  if (names.length === 1 && allProfiles(files).includes(profile)) return undefined
  return {
    message: `There are no long-term keys for the profile ${profile}, as ${names.join(' and ')} ${names.length === 1 ? 'names' : 'name'} an empty device.`,
    remedy: unsetHint(names),
  }
}

function unknownProfile(
  files: ProfileFiles,
  profile: string,
  role: string | undefined,
  canBeNew = true,
): Reason | undefined {
  const known = allProfiles(files)
  if (known.includes(profile) || known.length === 0) return undefined
  const why = role === undefined ? '' : `, with which ${role} assumes its role`
  return {
    message: `There is no profile ${quoteIfBlank(profile)}${why}; ${listProfiles(known)}.`,
    remedy: otherProfile(files, profile, role, canBeNew),
  }
}

function otherProfile(
  files: ProfileFiles,
  profile: string,
  role: string | undefined,
  canBeNew: boolean,
): string {
  const configure = `aws configure --profile ${profile}`
  const known = allProfiles(files)
  const holder = known.find((name) => holdsLongTermKeys(files, name))?.replace(/-long-term$/, '')
  const meant = closest(profile, known) ?? (profile === 'default' ? holder : undefined)
  if (meant === undefined) return configure
  const use =
    role === undefined
      ? correctedCommand({ wrong: profile, meant })
      : `aws configure set source_profile ${meant} --profile ${role}`
  return canBeNew ? `${use}, or for a new profile: ${configure}` : use
}

/** A message stays short where a file has hundreds of profiles. */
const MOST_NAMES = 10

export function listProfiles(known: readonly string[]): string {
  const more = known.length - MOST_NAMES
  const names = known.slice(0, MOST_NAMES).map(quoteIfBlank).join(', ')
  return `there ${known.length === 1 ? 'is' : 'are'} ${names}${more > 0 ? ` and ${more} more` : ''}`
}

/** Why neither file has a section of the profile, for a command that makes no use of a new one. */
export function whyMissing(files: ProfileFiles, env: Env, profile: string): Reason {
  return (
    emptyFiles(files, env, profile) ??
    unknownProfile(files, profile, undefined, false) ?? {
      message: `There is no profile ${quoteIfBlank(profile)}, and no other.`,
      remedy: `aws configure --profile ${profile}`,
    }
  )
}

function noKeysIn(files: ProfileFiles, start: string, role: string | undefined): Reason {
  const what =
    profileValues(files, start).size > 0
      ? `The profile ${start} has no long-term keys`
      : `There are no long-term keys for the profile ${start}`
  const why = role === undefined ? '' : `, with which ${role} assumes its role`
  const places =
    role === undefined
      ? `[${start}-long-term], [${start}] and the environment`
      : `[${start}-long-term] and [${start}]`
  return {
    message: `${what}${why}: looked in ${places}.`,
    remedy: `aws configure --profile ${profileForNewKeys(files, start)}`,
  }
}

import { Failure } from '../../failure.ts'
import type { Edit, FileEdits } from '../ini/edit.ts'
import { profileKeys, type FileKind } from '../ini/ini-file.ts'
import { otherSource } from '../other-source.ts'
import { isServedByUs } from '../process-line.ts'
import { refuseTwoKeys, twoKeys, type CredentialSource } from '../resolve.ts'
import { SESSION_KEYS } from '../session-keys.ts'
import { settingsToCopy } from '../target.ts'
import { renameRoleKeys, type PlannedEdit } from './role-keys.ts'
import {
  hasToken,
  holdsLongTermKeys,
  IN_KEYRING,
  keyChanges,
  keysIn,
  longTermKeys,
  profileValues,
  type KeyPair,
  type ProfileFiles,
} from '../values.ts'

/** Edits of both files, and what they do, a line each and without secrets. */
export interface SetupPlan extends FileEdits {
  readonly credentials: readonly Edit[]
  readonly config: readonly Edit[]
  readonly summary: readonly string[]
}

/** The keys of sessions, long-term keys, and the key that stands for long-term keys in the keyring. */
export const ALL_KEYS = [...SESSION_KEYS, IN_KEYRING]
const PROCESS = 'credential_process'

/**
 * Moves a profile's keys to `[P-long-term]`, as every SDK prefers keys to a credential_process, and
 * writes the credential_process line, and mfa_serial if given. Throws a Failure if another tool serves the profile.
 */
export function planSetup(
  files: ProfileFiles,
  source: CredentialSource,
  line: string,
  serialNumber?: string,
): SetupPlan {
  const { profile } = source
  refuseKeysInEnvironment(source)
  refuseOtherSources(files, profile)
  refuseKeysBesideRole(files, source)
  const isSet = profileValues(files, profile).get(PROCESS) === line
  return joinPlans([
    // Above the line: a login adds its own below, and `--undo` removes only this one.
    serialNumber === undefined ? {} : planSerialNumber(files, profile, serialNumber),
    planKeys(files, source),
    planDropped(files, source),
    ...renameRoleKeys(files, profile, 'hide').map(toPlan),
    {
      config: isSet ? [] : [{ profile, change: { [PROCESS]: line } }],
      summary: isSet ? [] : [`config: the profile ${profile} gets ${PROCESS} = ${line}`],
    },
  ])
}

/** Moves the long-term keys out of the profile, and removes a session from it. */
function planKeys(files: ProfileFiles, source: CredentialSource): Partial<SetupPlan> {
  const { profile, keysProfile = '' } = source
  const config = removeKeys(files, 'config', profile, ALL_KEYS)
  const credentials = removeKeys(files, 'credentials', profile, ALL_KEYS)
  if (keysProfile !== profile) {
    const summary = [`credentials: the long-term keys stay in [${keysProfile}]`]
    return { credentials, config, summary }
  }
  const holder = `${profile}-long-term`
  const move = renameSection(files, profile, holder)
  return {
    credentials: move ? [move] : [moveKeys(files, source, profile, holder), ...credentials],
    config,
    summary: [
      `credentials: the long-term keys of [${profile}] (${shortId(source)}) move to [${holder}]`,
    ],
  }
}

/** Of two keys for the profile, removes the one that the source does not have. The backup keeps it. */
function planDropped(files: ProfileFiles, source: CredentialSource): Partial<SetupPlan> {
  const other = twoKeys(files, source.profile)?.find(
    (key) => key.keysProfile !== source.keysProfile,
  )
  if (other === undefined) return {}
  const { keysProfile, accessKeyId } = other
  return {
    // In the credentials file, the other key takes its place.
    config:
      keysProfile === source.profile ? [] : removeKeys(files, 'config', keysProfile, ALL_KEYS),
    removes: [accessKeyId],
    summary: [
      `credentials: the other long-term keys (${shortId(other)}) leave [${keysProfile}]; a backup keeps them`,
    ],
  }
}

/** Reverts `planSetup`. `keysWereInProfile` is true where the keys were in `[P]` before the setup. */
export function planUndo(
  files: ProfileFiles,
  profile: string,
  keysWereInProfile: boolean,
): SetupPlan {
  if (!isServedByUs(files, profile)) {
    throw new Failure(
      'files',
      `There is nothing to undo: the profile ${profile} has no credential_process of mfa-login.`,
      'mfa-login status',
    )
  }
  return joinPlans([
    keysWereInProfile ? planKeysBack(files, profile) : {},
    {
      config: [{ profile, change: { [PROCESS]: undefined } }],
      summary: [`config: the profile ${profile} loses its ${PROCESS} line`],
    },
    ...renameRoleKeys(files, profile, 'show').map(toPlan),
  ])
}

/** Moves the long-term keys back to the profile. Where another tool's session is in their place, they stay. */
function planKeysBack(files: ProfileFiles, profile: string): Partial<SetupPlan> {
  const holder = `${profile}-long-term`
  refuseTwoKeys(files, profile)
  const keys = longTermKeys(files, holder)
  // An undo ended between the two files: the keys are in the profile already.
  if (keys === undefined) return {}
  if (hasToken(profileValues(files, profile))) {
    const summary = `credentials: the long-term keys stay in [${holder}], as [${profile}] holds a session`
    return { summary: [summary] }
  }
  const move = renameSection(files, holder, profile)
  return {
    credentials: move
      ? [move]
      : [
          moveKeys(files, keys, holder, profile),
          ...removeKeys(files, 'credentials', holder, ALL_KEYS),
        ],
    config: removeKeys(files, 'config', holder, ALL_KEYS),
    summary: [
      `credentials: the long-term keys of [${holder}] (${shortId(keys)}) move back to [${profile}]`,
    ],
  }
}

/** Prepares a login's target: it gets the settings that AWS tools do not inherit from its source. */
export function planTarget(files: ProfileFiles, source: CredentialSource): Partial<SetupPlan> {
  const { profile, target } = source
  const change = settingsToCopy(files, source)
  if (Object.keys(change).length === 0) return {}
  return {
    config: [{ profile: target, change }],
    summary: [
      `config: the profile ${target} gets ${Object.keys(change).join(', ')} from ${profile}`,
    ],
  }
}

/** Removes the sessions that logins wrote to other profiles, where sessions must be encrypted. */
export function planSessionRemoval(
  files: ProfileFiles,
  profiles: readonly string[],
): Partial<SetupPlan> {
  return {
    credentials: profiles.flatMap((name) => removeSession(files, 'credentials', name)),
    summary: profiles.map(
      (name) =>
        `credentials: [${name}] loses its session, and so do backups, because sessions must be encrypted`,
    ),
  }
}

export function planSerialNumber(
  files: ProfileFiles,
  profile: string,
  serialNumber: string,
): Partial<SetupPlan> {
  if (profileValues(files, profile).get('mfa_serial') === serialNumber) return {}
  return {
    config: [{ profile, change: { mfa_serial: serialNumber } }],
    summary: [`config: the profile ${profile} gets mfa_serial = ${serialNumber}`],
  }
}

export function joinPlans(plans: readonly Partial<SetupPlan>[]): SetupPlan {
  return {
    credentials: plans.flatMap(({ credentials = [] }) => credentials),
    config: plans.flatMap(({ config = [] }) => config),
    removes: plans.flatMap(({ removes = [] }) => removes),
    summary: plans.flatMap(({ summary = [] }) => summary),
  }
}

function toPlan({ kind, edit, summary }: PlannedEdit): Partial<SetupPlan> {
  return { [kind]: [edit], summary: [summary] }
}

function refuseKeysInEnvironment({ keysFile, profile }: CredentialSource): void {
  if (keysFile !== 'environment') return
  throw new Failure(
    'files',
    'The long-term keys are in the environment, and a profile needs them in a file.',
    `aws configure --profile ${profile}`,
  )
}

function refuseOtherSources(files: ProfileFiles, profile: string): void {
  const other = otherSource(files, profile)
  if (other === undefined) return
  throw new Failure(
    'files',
    `The profile ${profile} gets its credentials from ${other.name}; setup would change that.`,
    other.command,
  )
}

/** SDKs would prefer such keys to the process, and setup moves only the keys of the role's source. */
function refuseKeysBesideRole(
  files: ProfileFiles,
  { profile, user, keysProfile }: CredentialSource,
): void {
  const isUsed = user.profile === profile || keysProfile === profile
  if (isUsed || !holdsLongTermKeys(files, profile)) return
  throw new Failure(
    'files',
    `The profile ${profile} has long-term keys and a role that does not use them.`,
    `move the keys in [${profile}] to another profile`,
  )
}

/** Moves a section that holds long-term keys alone, with its comments and in its place. */
function renameSection(files: ProfileFiles, from: string, to: string): Edit | undefined {
  const sections = files.credentials.profiles('credentials')
  const keys = [...(sections.get(from)?.values.keys() ?? [])]
  const isAlone = keysIn(files, 'credentials', from) && keys.every((key) => isKeyOfPair(key))
  if (!isAlone || sections.has(to)) return undefined
  return { profile: from, change: 'remove', renameTo: to }
}

/** A plan for another key is another plan. */
function shortId({ accessKeyId }: KeyPair): string {
  return `…${accessKeyId.slice(-4)}`
}

function isKeyOfPair(key: string): boolean {
  return ['aws_access_key_id', 'aws_secret_access_key', IN_KEYRING].includes(key)
}

function moveKeys(files: ProfileFiles, keys: KeyPair, from: string, to: string): Edit {
  if (hasToken(profileValues(files, to))) {
    throw new Failure(
      'files',
      `[${to}] holds a session, and the long-term keys of [${from}] have to go there.`,
      `mfa-login logout --profile ${to}`,
    )
  }
  return { profile: to, change: keyChanges(keys) }
}

/** Removes the session from a section, and the section where it holds nothing else. Long-term keys stay. */
export function removeSession(files: ProfileFiles, kind: FileKind, profile: string): Edit[] {
  return hasToken(profileKeys(files[kind], kind, profile))
    ? removeKeys(files, kind, profile, SESSION_KEYS)
    : []
}

/** Removes keys from a section, and the section where it has no other keys. */
export function removeKeys(
  files: ProfileFiles,
  kind: FileKind,
  profile: string,
  keys: readonly string[],
): Edit[] {
  const present = [...profileKeys(files[kind], kind, profile).keys()]
  const removed = present.filter((key) => keys.includes(key))
  if (removed.length === 0) return []
  if (removed.length === present.length) return [{ profile, change: 'remove' }]
  return [{ profile, change: Object.fromEntries(removed.map((key) => [key, undefined])) }]
}

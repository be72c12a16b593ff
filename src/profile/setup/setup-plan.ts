import { Failure } from '../../failure.ts'
import type { Changes, Edit } from '../ini/edit.ts'
import { profileKeys, type FileKind } from '../ini/ini-file.ts'
import { isOurProcess } from '../process-line.ts'
import type { CredentialSource } from '../resolve.ts'
import { SESSION_KEYS } from '../session-keys.ts'
import { roleRenamings } from './role-keys.ts'
import { holdsLongTermKeys, IN_KEYRING, profileValues, type ProfileFiles } from '../values.ts'

/** Edits to both files and what they do, in words without secrets. */
export interface SetupPlan {
  readonly credentials: readonly Edit[]
  readonly config: readonly Edit[]
  readonly summary: readonly string[]
}

const LONG_TERM_KEYS = ['aws_access_key_id', 'aws_secret_access_key', IN_KEYRING] as const
/** Of sessions and long-term, and what stands for these. */
export const ALL_KEYS = [...SESSION_KEYS, IN_KEYRING]
const PROCESS = 'credential_process'

/**
 * Moves a profile's keys to `[P-long-term]`, as keys beside a credential_process win in every
 * SDK, and writes the credential_process line. Throws where another tool serves the profile.
 */
export function planSetup(files: ProfileFiles, source: CredentialSource, line: string): SetupPlan {
  const { profile } = source
  if (source.keysFile === 'environment') throw keysInEnvironment(profile)
  refuseOtherSources(files, profile)
  refuseKeysBesideRole(files, source)
  const credentials: Edit[] = []
  const config: Edit[] = []
  const words: string[] = []
  if (source.keysProfile === profile) {
    const change = pick(files, profile, LONG_TERM_KEYS)
    credentials.push({ profile: `${profile}-long-term`, change })
    words.push(`credentials: the long-term keys of [${profile}] move to [${profile}-long-term]`)
  } else {
    words.push(`credentials: the long-term keys stay in [${source.keysProfile ?? ''}]`)
  }
  credentials.push(...removeKeys(files, 'credentials', profile, ALL_KEYS))
  config.push(...removeKeys(files, 'config', profile, ALL_KEYS))
  for (const { kind, edit, summary: line } of roleRenamings(files, profile, 'hide')) {
    if (kind === 'config') config.push(edit)
    else credentials.push(edit)
    words.push(line)
  }
  const current = profileValues(files, profile).get(PROCESS)
  if (current !== line) config.push({ profile, change: { [PROCESS]: line } })
  words.push(`config: the profile ${profile} gets ${PROCESS} = ${line}`)
  return { credentials, config, summary: words }
}

/** Takes the wiring back; `keysWereHere` says whether the keys were in `[P]` before it. */
export function planUndo(files: ProfileFiles, profile: string, keysWereHere: boolean): SetupPlan {
  const line = profileValues(files, profile).get(PROCESS)
  if (line === undefined || !isOurProcess(line)) {
    throw new Failure(
      'files',
      `The profile ${profile} has no credential_process of mfa-login to undo.`,
      `mfa-login setup --profile ${profile}`,
    )
  }
  const names = roleRenamings(files, profile, 'show')
  const editsOf = (kind: FileKind): Edit[] =>
    names.filter((each) => each.kind === kind).map(({ edit }) => edit)
  const config: Edit[] = [{ profile, change: { [PROCESS]: undefined } }, ...editsOf('config')]
  const words = [
    `config: the profile ${profile} loses its ${PROCESS} line`,
    ...names.map((each) => each.summary),
  ]
  const from = `${profile}-long-term`
  // Without keys there, an undo was broken off between the two files: they are back already.
  if (!keysWereHere || !holdsLongTermKeys(files, from)) {
    return { credentials: editsOf('credentials'), config, summary: words }
  }
  const keys = pick(files, from, LONG_TERM_KEYS)
  const credentials = [
    { profile, change: keys },
    ...removeKeys(files, 'credentials', from, ALL_KEYS),
    ...editsOf('credentials'),
  ]
  words.unshift(`credentials: the long-term keys of [${from}] move back to [${profile}]`)
  return { credentials, config, summary: words }
}

function refuseOtherSources(files: ProfileFiles, profile: string): void {
  const values = profileValues(files, profile)
  const other = ['sso_session', 'sso_start_url', 'web_identity_token_file'].find((key) =>
    values.has(key),
  )
  const line = values.get(PROCESS)
  const foreign = line !== undefined && !isOurProcess(line) ? PROCESS : other
  if (foreign === undefined) return
  throw new Failure(
    'files',
    `The profile ${profile} gets its credentials from ${foreign}; setup would change that.`,
    'wire the profile that holds the long-term keys instead: mfa-login setup --profile NAME',
  )
}

/** Keys that are not the role's source would win over the process, and are not ours to move. */
function refuseKeysBesideRole(
  files: ProfileFiles,
  { profile, roles, keysProfile }: CredentialSource,
): void {
  if (roles.length === 0 || keysProfile === profile || !holdsLongTermKeys(files, profile)) return
  throw new Failure(
    'files',
    `The profile ${profile} holds long-term keys beside a role that it does not take with them.`,
    `move the keys in [${profile}] to a profile of their own`,
  )
}

function pick(files: ProfileFiles, profile: string, keys: readonly string[]): Changes {
  const values = profileValues(files, profile)
  return Object.fromEntries(keys.map((key) => [key, values.get(key)]))
}

/** Takes the keys out of a section, and the section away when nothing else is in it. */
export function removeKeys(
  files: ProfileFiles,
  kind: FileKind,
  profile: string,
  keys: readonly string[] = SESSION_KEYS,
): Edit[] {
  const present = [...profileKeys(files[kind], kind, profile).keys()]
  const going = present.filter((key) => keys.includes(key))
  if (going.length === 0) return []
  if (going.length === present.length) return [{ profile, change: 'remove' }]
  return [{ profile, change: Object.fromEntries(going.map((key) => [key, undefined])) }]
}

function keysInEnvironment(profile: string): Failure {
  return new Failure(
    'files',
    'The long-term keys are in the environment, and a profile needs them in a file.',
    `aws configure --profile ${profile}`,
  )
}

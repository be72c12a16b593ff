/**
 * The layout of broamski/aws-mfa 0.0.12, all in the credentials file (its README and
 * awsmfa/__init__.py, `validate` and `get_credentials`): long-term keys with `aws_mfa_device` and
 * perhaps `assume_role` in `[P-long-term]`; the session in `[P]` with `assumed_role` (True or
 * False), `assumed_role_arn`, the token a second time as `aws_security_token`, and `expiration`
 * in UTC without a zone. Options of its command line change both suffixes.
 */
import { profileKeys, profileNames } from '../profile/ini/ini-file.ts'
import { EXPIRES, SESSION_KEYS } from '../profile/session-keys.ts'
import { isExpired } from '../session/model/freshness.ts'
import type { ImportFinding, ImportInput, ToolReader } from './finding.ts'
import { sourceInFiles, toRfc3339 } from './profile-settings.ts'

const SUFFIX = '-long-term'
const OWN_KEYS = ['expiration', 'assumed_role', 'assumed_role_arn', 'aws_security_token']

export const readAwsMfa: ToolReader = (input) =>
  profileNames(input.files.credentials, 'credentials').flatMap((name) => {
    const keys = keysIn(input, name)
    if (isSession(input, name, keys)) return [sessionFinding(input, name, keys)]
    return isLongTerm(input, name, keys) ? longTermFindings(input, name, keys) : []
  })

type Keys = ReadonlyMap<string, string>

/** awsume writes `expiration` too, beside `manager`. */
function isSession(input: ImportInput, name: string, keys: Keys): boolean {
  if (!keys.has('aws_session_token') || !keys.has('expiration') || keys.has('manager')) return false
  return keys.has('assumed_role') || keysIn(input, `${name}${SUFFIX}`).size > 0
}

function isLongTerm(input: ImportInput, name: string, keys: Keys): boolean {
  if (keys.has('aws_mfa_device') || keys.has('assume_role')) return true
  // Without a device in the file, the keys alone could be any tool's.
  const profile = profileOf(name)
  return profile !== name && isSession(input, profile, keysIn(input, profile))
}

function longTermFindings(input: ImportInput, name: string, keys: Keys): ImportFinding[] {
  const profile = profileOf(name)
  if (sourceInFiles(input.files, profile) === undefined) {
    const message = `there are no long-term keys in [${name}] beside the settings of aws-mfa`
    return [{ profile, message, next: `aws configure --profile ${name}` }]
  }
  const device = keys.has('aws_mfa_device') ? ' and aws_mfa_device' : ''
  const message = `the long-term keys${device} of [${name}] are read as they are, and stay`
  const next = `mfa-login --profile ${profile}`
  return [{ profile, message, next }, ...roleFinding(profile, keys.get('assume_role'))]
}

function roleFinding(profile: string, role: string | undefined): ImportFinding[] {
  if (role === undefined) return []
  const configure = `aws configure set --profile ${profile}-role`
  return [
    {
      profile,
      message: `assume_role = ${role} is aws-mfa’s own; a role needs its own profile`,
      next: `${configure} role_arn ${role}, and ${configure} source_profile ${profile}`,
    },
  ]
}

function sessionFinding({ files, now }: ImportInput, name: string, keys: Keys): ImportFinding {
  const end = toRfc3339(keys.get('expiration'))
  const session = `the session of aws-mfa in [${name}]`
  if (sourceInFiles(files, name)?.target !== name) {
    return {
      profile: name,
      message: `${session} stays, as no long-term keys were found from which to renew it there`,
      next: `mfa-login --profile NAME --to ${name}, with the profile that has the keys`,
    }
  }
  if (end === undefined) {
    return { profile: name, message: `${session} stays, as its expiration cannot be read` }
  }
  const role =
    keys.get('assumed_role') === 'True' ? (keys.get('assumed_role_arn') ?? 'a role') : undefined
  const forRole = role === undefined ? '' : ` for ${role}`
  if (isExpired(end, now)) return expiredFinding(name, keys, `${session}${forRole} ended ${end}`)
  if (role !== undefined) {
    const message = `${session}${forRole} stays until it expires ${end}; then import removes it`
    return { profile: name, message }
  }
  return {
    profile: name,
    message: `${session} is valid until ${end}, and mfa-login can keep it until then`,
    next: `mfa-login --profile ${name}`,
    plan: {
      credentials: [{ profile: name, change: { ...removalOf(keys, OWN_KEYS), [EXPIRES]: end } }],
      config: [],
      summary: [`credentials: in [${name}], ${EXPIRES} replaces what aws-mfa noted of the session`],
    },
  }
}

function expiredFinding(profile: string, keys: Keys, message: string): ImportFinding {
  const removed = [...keys.keys()].filter((key) => [...SESSION_KEYS, ...OWN_KEYS].includes(key))
  const change = removed.length === keys.size ? 'remove' : removalOf(keys, removed)
  return {
    profile,
    message,
    next: `mfa-login --profile ${profile}`,
    plan: {
      credentials: [{ profile, change }],
      config: [],
      summary: [`credentials: the expired session of aws-mfa is removed from [${profile}]`],
    },
  }
}

function removalOf(keys: Keys, names: readonly string[]): Record<string, undefined> {
  return Object.fromEntries(names.filter((key) => keys.has(key)).map((key) => [key, undefined]))
}

function profileOf(name: string): string {
  return name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : name
}

function keysIn({ files }: ImportInput, name: string): Keys {
  return profileKeys(files.credentials, 'credentials', name)
}

/**
 * The layout of broamski/aws-mfa 0.0.12, all in the credentials file (its README and
 * awsmfa/__init__.py, `validate` and `get_credentials`): long-term keys with `aws_mfa_device` and
 * perhaps `assume_role` in `[P-long-term]`; the session in `[P]` with `assumed_role` (True or
 * False), `assumed_role_arn`, the token a second time as `aws_security_token`, and `expiration`
 * in UTC without a zone. Both suffixes can be told otherwise on its command line.
 */
import type { Edit } from '../profile/ini/edit.ts'
import { profileKeys, profileNames } from '../profile/ini/ini-file.ts'
import { EXPIRES, SESSION_KEYS } from '../profile/session-keys.ts'
import { isExpired } from '../session/model/freshness.ts'
import { keysInFiles, utc } from './files.ts'
import type { ImportFinding, Reader, Scene } from './finding.ts'

const SUFFIX = '-long-term'
const OWN_KEYS = ['expiration', 'assumed_role', 'assumed_role_arn', 'aws_security_token']

export const readAwsMfa: Reader = (scene) =>
  profileNames(scene.files.credentials, 'credentials').flatMap((name) => {
    const keys = profileKeys(scene.files.credentials, 'credentials', name)
    if (isSession(scene, name, keys)) return [sessionFinding(scene, name, keys)]
    return isLongTerm(scene, name, keys) ? longTermFindings(scene, name, keys) : []
  })

type Keys = ReadonlyMap<string, string>

/** `expiration` alone is also what awsume writes, beside `manager`. */
function isSession(scene: Scene, name: string, keys: Keys): boolean {
  if (!keys.has('aws_session_token') || !keys.has('expiration') || keys.has('manager')) return false
  return keys.has('assumed_role') || profileKeysOf(scene, `${name}${SUFFIX}`).size > 0
}

function isLongTerm(scene: Scene, name: string, keys: Keys): boolean {
  if (keys.has('aws_mfa_device') || keys.has('assume_role')) return true
  // Without a device in the file, the keys alone could be anybody's.
  const profile = profileOf(name)
  return profile !== name && isSession(scene, profile, profileKeysOf(scene, profile))
}

function longTermFindings(scene: Scene, name: string, keys: Keys): ImportFinding[] {
  const profile = profileOf(name)
  const source = keysInFiles(scene.files, profile)
  if (source === undefined) {
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
  const set = `aws configure set --profile ${profile}-role`
  return [
    {
      profile,
      message: `assume_role = ${role} is aws-mfa’s own; a role needs a profile of its own`,
      next: `${set} role_arn ${role}, and ${set} source_profile ${profile}`,
    },
  ]
}

function sessionFinding({ files, now }: Scene, name: string, keys: Keys): ImportFinding {
  const source = keysInFiles(files, name)
  const end = utc(keys.get('expiration'))
  const place = `the session of aws-mfa in [${name}]`
  if (source?.target !== name) {
    return {
      profile: name,
      message: `${place} stays, as no long-term keys were found from which to renew it there`,
      next: `mfa-login --profile NAME --to ${name}, with the profile that has the keys`,
    }
  }
  if (end === undefined) {
    return { profile: name, message: `${place} stays, as its expiration cannot be read` }
  }
  const role =
    keys.get('assumed_role') === 'True' ? (keys.get('assumed_role_arn') ?? 'a role') : undefined
  if (isExpired(end, now)) return ended(name, keys, `${place}${of(role)} ended ${end}`)
  if (role !== undefined) {
    const message = `${place}${of(role)} stays until it ends ${end}; import then takes it out`
    return { profile: name, message }
  }
  return {
    profile: name,
    message: `${place} lives until ${end}, and mfa-login can keep it until then`,
    next: `mfa-login --profile ${name}`,
    plan: {
      credentials: [{ profile: name, change: { ...without(keys, OWN_KEYS), [EXPIRES]: end } }],
      config: [],
      summary: [`credentials: in [${name}], ${EXPIRES} replaces what aws-mfa noted of the session`],
    },
  }
}

function of(role: string | undefined): string {
  return role === undefined ? '' : ` for ${role}`
}

function ended(profile: string, keys: Keys, message: string): ImportFinding {
  const going = [...keys.keys()].filter((key) => [...SESSION_KEYS, ...OWN_KEYS].includes(key))
  const edit: Edit = {
    profile,
    change: going.length === keys.size ? 'remove' : without(keys, going),
  }
  return {
    profile,
    message,
    next: `mfa-login --profile ${profile}`,
    plan: {
      credentials: [edit],
      config: [],
      summary: [`credentials: the session of aws-mfa that has ended is taken out of [${profile}]`],
    },
  }
}

function without(keys: Keys, names: readonly string[]): Record<string, undefined> {
  return Object.fromEntries(names.filter((key) => keys.has(key)).map((key) => [key, undefined]))
}

function profileOf(name: string): string {
  return name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : name
}

function profileKeysOf({ files }: Scene, name: string): Keys {
  return profileKeys(files.credentials, 'credentials', name)
}

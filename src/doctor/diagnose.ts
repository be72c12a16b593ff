import { accountOf, isSecurityKey } from '../mfa/serial.ts'
import { allProfiles, holdsLongTermKeys, profileValues } from '../profile/values.ts'
import { foreignSource, roleChain, roleProfile } from '../profile/roles.ts'
import { SESSION_KEYS } from '../profile/session-keys.ts'
import { isOurProcess } from '../profile/process-line.ts'
import {
  clockFindings,
  identityOf,
  isAccessDenied,
  keyFindings,
  networkFindings,
  refusedIn,
  valueOf,
} from './answers.ts'
import type { Facts, FileMode } from './facts.ts'
import type { DoctorFinding, Serial } from './finding.ts'
import { isOver, isWithoutMfa, servedByOthers, sessionFindings } from './sessions.ts'

/** Everything that is wrong, in the order in which to mend it. */
export function diagnose(facts: Facts): DoctorFinding[] {
  return [
    ...fileFindings(facts),
    ...modeFindings(facts),
    ...profileFindings(facts),
    ...environmentFindings(facts),
    ...networkFindings(facts),
    ...clockFindings(facts),
    ...unfollowedRole(facts),
    ...missingKeys(facts),
    ...silentKeyring(facts),
    ...failingEncryption(facts),
    ...keyFindings(facts),
    ...deviceFindings(facts),
    ...sessionFindings(facts),
  ]
}

const KINDS = ['config', 'credentials'] as const

function fileFindings({ unreadable, files, paths }: Facts): DoctorFinding[] {
  return [
    ...unreadable.map((each) => ({ code: 'file-unreadable' as const, ...each })),
    ...KINDS.flatMap((kind) =>
      files[kind].problems.map(({ line, message: problem }) => ({
        code: 'file-damaged' as const,
        path: paths[kind],
        line,
        problem,
      })),
    ),
  ]
}

function modeFindings({ modes, files, platform }: Facts): DoctorFinding[] {
  if (platform === 'win32') return []
  const isSecret = ({ kind }: FileMode): boolean => kind !== 'config' || holdsKeys(files.config)
  return modes
    .filter((file) => isSecret(file) && (file.mode & 0o066) !== 0)
    .map(({ path, mode }) => ({ code: 'file-mode', path, mode }))
}

function holdsKeys({ sections }: Facts['files']['config']): boolean {
  const secrets = new Set<string>(SESSION_KEYS)
  return sections.some(({ entries }) => entries.some(({ key }) => secrets.has(key)))
}

function profileFindings(facts: Facts): DoctorFinding[] {
  const { files, profile, missingPrograms } = facts
  const values = profileValues(files, profile)
  const line = values.get('credential_process')
  const hasBoth = line !== undefined && values.has('aws_access_key_id')
  return [
    ...missingProfile(facts),
    ...(hasBoth
      ? [{ code: 'static-keys-beside-process' as const, isOurs: isOurProcess(line) }]
      : []),
    ...missingPrograms.map((program) => ({ code: 'process-missing' as const, program })),
    ...takenTarget(facts),
    ...missingRegion(facts),
  ]
}

function missingProfile(facts: Facts): DoctorFinding[] {
  return isMissing(facts) ? [{ code: 'profile-missing', known: allProfiles(facts.files) }] : []
}

function isMissing(facts: Facts): boolean {
  const { profile, source, isNamed, env } = facts
  if (!isWhole(facts) || allProfiles(facts.files).includes(profile)) return false
  // A first login makes it from the keys of [P-long-term].
  if (source?.keysProfile !== undefined) return false
  // Nobody misses a default that is not there while the environment has keys.
  return isNamed || !env.AWS_ACCESS_KEY_ID
}

/** What is absent from files that cannot be read whole may be in them all the same. */
function isWhole({ unreadable, files }: Facts): boolean {
  return unreadable.length === 0 && KINDS.every((kind) => files[kind].problems.length === 0)
}

function takenTarget({ files, source }: Facts): DoctorFinding[] {
  if (source === undefined) return []
  const { target } = source
  if (holdsLongTermKeys(files, target)) return [{ code: 'target-taken', target, by: 'keys' }]
  const line = profileValues(files, target).get('credential_process')
  if (line === undefined || isOurProcess(line)) return []
  return [{ code: 'target-taken', target, by: 'process' }]
}

function missingRegion(facts: Facts): DoctorFinding[] {
  const { env, files, profile, source } = facts
  if (!isWhole(facts) || isMissing(facts)) return []
  const isThere = allProfiles(facts.files).includes(profile)
  // A profile that a first login is yet to make gets its source's region.
  const own = isThere ? profileValues(files, profile).get('region') : source?.setting('region')
  if (env.AWS_REGION || env.AWS_DEFAULT_REGION || own) return []
  return [{ code: 'no-region', inherited: source?.setting('region') }]
}

const KEY_VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
]

function environmentFindings(facts: Facts): DoctorFinding[] {
  const { env } = facts
  const [first, second] = [env.AWS_PROFILE, env.AWS_DEFAULT_PROFILE]
  const differ = first && second && first !== second
  const names = KEY_VARIABLES.filter((name) => env[name])
  const why = env.AWS_ACCESS_KEY_ID ? environmentProblem(facts) : undefined
  return [
    ...(differ ? [{ code: 'profiles-differ' as const, first, second }] : []),
    ...(why === undefined ? [] : [{ code: 'environment-keys' as const, names, why }]),
  ]
}

function environmentProblem(facts: Facts): 'wins' | 'expired' | 'without-mfa' | undefined {
  const { files, profile, source, calls } = facts
  const values = profileValues(files, profile)
  const isProfiles = ['aws_access_key_id', 'credential_process'].some((key) => values.has(key))
  // A role may be taken with just these keys.
  const isServed = !takesFromEnvironment(facts) && servedByOthers(files, profile) !== undefined
  const hasOwn = isProfiles || isServed
  if (hasOwn || source?.keysProfile !== undefined) return 'wins'
  const session = calls.sessions.find((each) => each.profile === null)
  if (session === undefined) return undefined
  if (isOver(facts, session)) return 'expired'
  return isWithoutMfa(session) ? 'without-mfa' : undefined
}

function takesFromEnvironment({ files, profile, roleProblem }: Facts): boolean {
  const named = roleProfile(files, profile)
  if (named === undefined || roleProblem || foreignSource(files, profile)) return false
  return roleChain(files, named).start === undefined
}

function unfollowedRole({ roleProblem }: Facts): DoctorFinding[] {
  return roleProblem === undefined ? [] : [{ code: 'role-source', ...roleProblem }]
}

function silentKeyring({ calls: { keyring } }: Facts): DoctorFinding[] {
  if (keyring === undefined) return []
  const { message, hint: remedy = 'mfa-login keys list' } = keyring
  return [{ code: 'keyring-silent', message, remedy }]
}

function failingEncryption({ encryption: { failure } }: Facts): DoctorFinding[] {
  if (failure === undefined) return []
  const { message, hint: remedy = 'mfa-login keys list' } = failure
  return [{ code: 'encryption-fails', message, remedy }]
}

function missingKeys(facts: Facts): DoctorFinding[] {
  const { source, files, profile, calls, roleProblem } = facts
  if (source !== undefined || roleProblem || isMissing(facts) || !isWhole(facts)) return []
  if (foreignSource(files, profile) !== undefined) return []
  const named = roleProfile(files, profile)
  const isForRole = named !== undefined
  const holder = isForRole ? roleChain(files, named).start : profile
  const isServed =
    holder !== undefined && holder !== named && servedByOthers(files, holder) !== undefined
  const lives = calls.sessions.some(
    (session) =>
      !isOver(facts, session) && !isWithoutMfa(session) && valueOf(session.identity) !== undefined,
  )
  if (isServed || lives) return []
  return [{ code: 'no-keys', holder, isEnvironments: !isForRole, isForRole }]
}

function deviceFindings(facts: Facts): DoctorFinding[] {
  const { source } = facts
  if (source === undefined) return []
  const devices = devicesOf(facts)
  const usable = devices?.filter((serial) => !isSecurityKey(serial))
  const text = source.serialNumber
  if (devices === undefined && text === undefined && areHidden(facts)) {
    return [{ code: 'devices-hidden' }]
  }
  return [
    ...(devices !== undefined && usable?.length === 0
      ? [{ code: devices.length === 0 ? ('no-device' as const) : ('only-security-keys' as const) }]
      : []),
    ...(text === undefined ? [] : serialFindings(facts, text, usable)),
  ]
}

/** As the key sees them or, where a policy hides them from it, as a session in the files does. */
function devicesOf({ calls }: Facts): readonly string[] | undefined {
  const inFiles = calls.sessions.filter(({ profile }) => profile !== null)
  return [calls.key, ...inFiles]
    .map((each) => valueOf(each?.devices))
    .find((devices) => devices !== undefined)
}

function areHidden({ calls }: Facts): boolean {
  const refused = refusedIn(calls.key?.devices)
  return refused !== undefined && isAccessDenied(refused)
}

function serialFindings(
  facts: Facts,
  text: string,
  usable: readonly string[] | undefined,
): DoctorFinding[] {
  const { source, calls } = facts
  const isConfigured = ['mfa_serial', 'aws_mfa_device'].some((key) => source?.setting(key))
  const serial: Serial = { text, isFromEnvironment: !isConfigured, better: usable?.[0] }
  const account = (valueOf(calls.key?.identity) ?? identityOf(facts))?.account
  const its = accountOf(text)
  if (its !== undefined && account !== undefined && its !== account) {
    return [{ code: 'serial-of-another-account', serial, account }]
  }
  const isUnknown = usable !== undefined && usable.length > 0 && !usable.includes(text)
  return isUnknown ? [{ code: 'serial-unknown', serial }] : []
}

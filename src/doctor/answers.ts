/** What AWS's answers, and their absence, say about the network, the clock and the key. */
import { profileSettings } from '../profile/services.ts'
import { classifyError } from '../aws/errors/classify.ts'
import type { CallResult, Identity, Refused } from './calls.ts'
import type { Facts } from './facts.ts'
import type { DoctorFinding, LongTermKey, NetworkSetting } from './finding.ts'

const WARN_MS = 2 * 60_000

export function valueOf<T>(answer: CallResult<T> | undefined): T | undefined {
  return answer !== undefined && 'value' in answer ? answer.value : undefined
}

export function refusedIn(answer: CallResult<unknown> | undefined): Refused | undefined {
  return answer !== undefined && 'refused' in answer ? answer.refused : undefined
}

/** Whom AWS takes the profile for: by its key, else by one of its sessions. */
export function identityOf({ calls: { key, sessions } }: Facts): Identity | undefined {
  const all = [key, ...sessions].map((calls) => valueOf(calls?.identity))
  return all.find((identity) => identity !== undefined)
}

/** AWS's clock as far as it is known, else this machine's. */
export function timeOf({ now, calls: { clockOffset } }: Facts): number {
  return now + (clockOffset ?? 0)
}

export function networkFindings(facts: Facts): DoctorFinding[] {
  const found = refusals(facts).flatMap((refused) => networkFinding(facts, refused))
  return found.filter(({ code }, index) => found.findIndex((each) => each.code === code) === index)
}

function networkFinding(facts: Facts, refused: Refused): DoctorFinding[] {
  const detail = detailOf(refused)
  if (refused.code === 'NotAws') return [{ code: 'not-aws', settings: networkSettings(facts) }]
  switch (classifyError(refused)) {
    case 'untrusted':
      return [{ code: 'untrusted-certificate', detail }]
    case 'not-sent':
      return [{ code: 'unreachable', detail, settings: networkSettings(facts) }]
    case 'unknown':
      if (refused.status !== undefined) return [{ code: 'aws-refused', detail, passes: true }]
      return [{ code: 'unreachable', detail, settings: networkSettings(facts) }]
    case 'throttled':
      return [{ code: 'aws-refused', detail, passes: true }]
    default:
      return []
  }
}

export function clockFindings(facts: Facts): DoctorFinding[] {
  const refused = refusals(facts)
  // A captive portal's clock is not AWS's.
  if (refused.some(({ code }) => code === 'NotAws')) return []
  const offset = facts.calls.clockOffset
  const isRefused = refused.some((each) => classifyError(each) === 'clock')
  return isRefused || Math.abs(offset ?? 0) >= WARN_MS ? [{ code: 'clock-skew', offset }] : []
}

export function keyFindings({ calls, source }: Facts): DoctorFinding[] {
  if (source === undefined) return []
  const key: LongTermKey = { ending: source.accessKeyId.slice(-4), profile: source.keysProfile }
  const identity = refusedIn(calls.key?.identity)
  if (identity !== undefined) return keyFinding(key, identity)
  const devices = refusedIn(calls.key?.devices)
  if (devices === undefined || classifyError(devices) !== 'refused') return []
  return isAccessDenied(devices)
    ? []
    : [{ code: 'aws-refused', detail: detailOf(devices), passes: false }]
}

function keyFinding(key: LongTermKey, refused: Refused): DoctorFinding[] {
  if (classifyError(refused) !== 'refused') return []
  switch (refused.code) {
    case 'InvalidClientTokenId':
    case 'UnrecognizedClient':
      return [{ code: 'key-unknown', key }]
    case 'SignatureDoesNotMatch':
      return [{ code: 'secret-wrong', key }]
    default:
      return [{ code: 'aws-refused', detail: detailOf(refused), passes: false }]
  }
}

export function isAccessDenied({ code }: Refused): boolean {
  return code.startsWith('AccessDenied')
}

export function detailOf({ message, code }: Refused): string {
  return `${message.trim().replace(/\.$/, '')} (${code})`
}

function refusals({ calls: { key, sessions } }: Facts): Refused[] {
  return [key, ...sessions].flatMap((calls) =>
    [refusedIn(calls?.identity), refusedIn(calls?.devices)].filter((each) => each !== undefined),
  )
}

const NETWORK_VARIABLES = [
  'AWS_ENDPOINT_URL_STS',
  'AWS_ENDPOINT_URL_IAM',
  'AWS_ENDPOINT_URL',
  'HTTPS_PROXY',
  'https_proxy',
  'HTTP_PROXY',
  'http_proxy',
  'ALL_PROXY',
  'all_proxy',
]

function networkSettings({ env, files, source, profile }: Facts): NetworkSetting[] {
  const settings = source ?? profileSettings(files, profile)
  const all = [
    ...NETWORK_VARIABLES.map((name) => [name, env[name]] as const),
    ['endpoint_url', settings.setting('endpoint_url')] as const,
  ]
  return all.flatMap(([name, value]) => (value ? [{ name, host: hostIn(value) }] : []))
}

/** Without the user and password that a proxy's URL may hold. */
function hostIn(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol, host } = new URL(url)
  return host === '' ? undefined : `${protocol}//${host}`
}

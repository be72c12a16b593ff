import { classifyError } from '../../aws/errors/classify.ts'
import { profileKeys } from '../../profile/ini/ini-file.ts'
import { allRefusals, formatRefusal } from '../call-results.ts'
import type { Refused } from '../calls.ts'
import type { Facts } from '../facts.ts'
import type { NetworkFinding, NetworkSetting } from '../findings.ts'

/** Each code once, however many calls failed. */
export function checkNetwork(facts: Facts): NetworkFinding[] {
  const findings = allRefusals(facts)
    .map((refusal) => toFinding(facts, refusal))
    .filter((finding) => finding !== undefined)
  return findings.filter(
    ({ code }, index) => findings.findIndex((each) => each.code === code) === index,
  )
}

function toFinding(facts: Facts, refusal: Refused): NetworkFinding | undefined {
  const detail = formatRefusal(refusal)
  if (refusal.code === 'NotAws') return { code: 'not-aws', settings: networkSettings(facts) }
  switch (classifyError(refusal)) {
    case 'untrusted':
      return { code: 'untrusted-certificate', detail }
    case 'throttled':
      return { code: 'aws-refused', detail, isTemporary: true }
    case 'not-sent':
      return { code: 'unreachable', detail, settings: networkSettings(facts) }
    case 'unknown':
      return refusal.status === undefined
        ? { code: 'unreachable', detail, settings: networkSettings(facts) }
        : { code: 'aws-refused', detail, isTemporary: true }
    default:
      return undefined
  }
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
  const config = profileKeys(files.config, 'config', source?.settingsProfile ?? profile)
  const settings = [
    ...NETWORK_VARIABLES.map((name) => [name, env[name]] as const),
    ['endpoint_url', config.get('endpoint_url')] as const,
  ]
  return settings.flatMap(([name, value]) => (value ? [{ name, host: hostIn(value) }] : []))
}

/** Without the user and password that a proxy's URL may hold. */
function hostIn(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol, host } = new URL(url)
  return host === '' ? undefined : `${protocol}//${host}`
}

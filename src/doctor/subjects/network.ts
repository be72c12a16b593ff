import { setClockCommand } from '../../aws/clock.ts'
import { classifyError } from '../../aws/errors/classify.ts'
import { settingsOf } from '../../profile/settings.ts'
import { hostOf } from '../../sanitize.ts'
import { describeSkew, isSkewError } from '../../session/model/clock.ts'
import { unsetVariables } from '../../shell/syntax.ts'
import { allRefusals, formatRefusal } from '../call-results.ts'
import type { Refused } from '../calls.ts'
import { toProblem, type Facts } from '../facts.ts'
import type { DoctorFinding, NetworkSetting } from '../findings.ts'
import type { CheckResult, MessageContext, Messages } from './subject.ts'

/** Each code once, however many calls failed. */
export function checkNetwork(facts: Facts): DoctorFinding[] {
  const { settings = [] } = facts.calls
  const findings = [
    ...settings.map((each) => ({
      code: each.exit === 'files' ? ('file-unreadable' as const) : ('settings-unusable' as const),
      ...toProblem(each, 'aws configure'),
    })),
    ...allRefusals(facts).flatMap((refusal) => toFindings(facts, refusal)),
  ]
  return findings.filter(
    ({ code }, index) => findings.findIndex((each) => each.code === code) === index,
  )
}

function toFindings(facts: Facts, refusal: Refused): DoctorFinding[] {
  const detail = formatRefusal(refusal)
  const settings = networkSettings(facts)
  if (refusal.code === 'NotAws') return [{ code: 'not-aws', settings }]
  const errorClass = classifyError(refusal)
  if (errorClass === 'untrusted') return [{ code: 'untrusted-certificate', detail }]
  if (refusal.status === undefined) return [{ code: 'unreachable', detail, settings }]
  const isTemporary = errorClass === 'unknown' || errorClass === 'throttled'
  return isTemporary ? [{ code: 'aws-refused', detail, isTemporary }] : []
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
  const configured = source ?? settingsOf(files, [profile])
  const settings = [
    ...NETWORK_VARIABLES.map((name) => [name, env[name]] as const),
    ['endpoint_url', configured.setting('endpoint_url')] as const,
  ]
  return settings.flatMap(([name, value]) => (value ? [{ name, host: hostOf(value) }] : []))
}

const TOLERATED_MS = 120_000

export function checkClock(facts: Facts): CheckResult {
  const refusals = allRefusals(facts)
  if (refusals.some(({ code }) => code === 'NotAws')) {
    return { reason: 'something other than AWS answered, and its clock does not count' }
  }
  const { clockOffset: offset } = facts.calls
  const isRefused = refusals.some((refusal) => classifyError(refusal) === 'clock')
  return isRefused || Math.abs(offset ?? 0) >= TOLERATED_MS ? [{ code: 'clock-skew', offset }] : []
}

export const NETWORK_MESSAGES = {
  'settings-unusable': ({ message, remedy }) => [message, remedy],
  unreachable: ({ detail, settings }, context) => [
    `AWS cannot be reached: ${detail}${describeSettings(settings)}`,
    `check the network${unsetHint(settings, context)}`,
  ],
  'untrusted-certificate': ({ detail }) => [
    `The certificate of AWS’s endpoint is not trusted: ${detail}`,
    'set AWS_CA_BUNDLE or ca_bundle to the certificate file of your network',
  ],
  'not-aws': ({ settings }, context) => [
    `What answers is not AWS but perhaps a proxy or a captive portal${describeSettings(settings)}`,
    `sign in to the network with a browser${unsetHint(settings, context)}`,
  ],
  'aws-refused': ({ detail, isTemporary }, { profile }) =>
    isTemporary
      ? [`AWS is busy or failing: ${detail}`, `in a minute: mfa-login doctor --profile ${profile}`]
      : [
          `AWS refused a question that it answers every key: ${detail}`,
          'show this to the administrators of the account',
        ],
  'clock-skew': ({ offset }, { platform }) => {
    const remedy = setClockCommand(platform)
    if (offset === undefined) {
      return ['This machine’s clock differs too much from AWS’s', remedy]
    }
    return [
      `${describeSkew(offset)}; codes of an app on it fail from 1 min on, requests from 5 or 15 min on`,
      remedy,
      isSkewError(offset) ? 'error' : 'warning',
    ]
  },
} satisfies Partial<Messages>

function describeSettings(settings: readonly NetworkSetting[]): string {
  const each = settings.map(({ name, host }) => (host === undefined ? name : `${name} ${host}`))
  return each.length === 0 ? '' : `; calls go through ${each.join(', ')}`
}

function unsetHint(settings: readonly NetworkSetting[], context: MessageContext): string {
  const names = settings.map(({ name }) => name)
  const variables = names.filter((name) => name !== 'endpoint_url')
  const edits = names.length > variables.length ? ['take endpoint_url out of the config'] : []
  const steps = variables.length === 0 ? edits : [unsetVariables(context, variables), ...edits]
  return steps.length === 0 ? '' : `, or if that is not wanted: ${steps.join(', ')}`
}

import { EndpointFailure } from '../../aws/endpoint.ts'
import { setClockCommand } from '../../aws/clock.ts'
import { classifyError } from '../../aws/errors/classify.ts'
import {
  describeUnknownRegion,
  SIGN_IN_TO_NETWORK,
  TRUST_NETWORK,
} from '../../aws/errors/explain.ts'
import { settingsOf } from '../../profile/settings.ts'
import type { Failure } from '../../failure.ts'
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
      code: codeOf(each),
      ...toProblem(each, 'aws configure'),
    })),
    ...allRefusals(facts).flatMap((refusal) => toFindings(facts, refusal)),
  ]
  return findings.filter(
    ({ code }, index) => findings.findIndex((each) => each.code === code) === index,
  )
}

function codeOf(problem: Failure): 'endpoint-unusable' | 'file-unreadable' | 'settings-unusable' {
  if (problem instanceof EndpointFailure) return 'endpoint-unusable'
  return problem.exit === 'files' ? 'file-unreadable' : 'settings-unusable'
}

function toFindings(facts: Facts, refusal: Refused): DoctorFinding[] {
  const detail = formatRefusal(refusal)
  const settings = networkSettings(facts)
  if (refusal.code === 'NotAws') return [{ code: 'not-aws', settings }]
  const errorClass = classifyError(refusal)
  if (errorClass === 'untrusted') return [{ code: 'untrusted-certificate', detail }]
  const { unknownRegion } = refusal
  if (refusal.status === undefined)
    return [{ code: 'unreachable', detail, settings, unknownRegion }]
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
  'endpoint-unusable': ({ message, remedy }) => [message, remedy],
  unreachable: ({ detail, settings, unknownRegion }, context) => [
    `AWS cannot be reached: ${detail}${describeSettings(settings)}`,
    unknownRegion === undefined
      ? `check the network${orUnset(settings, context)}`
      : `check ${unknownRegion.from}: ${describeUnknownRegion(unknownRegion)}`,
  ],
  'untrusted-certificate': ({ detail }) => [
    `The certificate of AWS’s endpoint is not trusted: ${detail}`,
    TRUST_NETWORK,
  ],
  'not-aws': ({ settings }, context) => [
    `The answer is not from AWS, but perhaps from a proxy or a captive portal${describeSettings(settings)}`,
    `${SIGN_IN_TO_NETWORK}${orUnset(settings, context)}`,
  ],
  'aws-refused': ({ detail, isTemporary }, { profile }) =>
    isTemporary
      ? [`AWS is busy or failing: ${detail}`, `in a minute: mfa-login doctor --profile ${profile}`]
      : [
          `AWS refused a call that every key can make: ${detail}`,
          'show this to the administrators of the account',
        ],
  'clock-skew': ({ offset }, { platform }) => {
    const remedy = setClockCommand(platform)
    if (offset === undefined) {
      return ['This machine’s clock differs too much from AWS’s', remedy]
    }
    return [
      `${describeSkew(offset)}; codes from an app on it fail if it is off by 1 min or more, requests by 5 or 15 min`,
      remedy,
      isSkewError(offset) ? 'error' : 'warning',
    ]
  },
} satisfies Partial<Messages>

function describeSettings(settings: readonly NetworkSetting[]): string {
  const each = settings.map(({ name, host }) => (host === undefined ? name : `${name} ${host}`))
  return each.length === 0 ? '' : `; calls go through ${each.join(', ')}`
}

function orUnset(settings: readonly NetworkSetting[], context: MessageContext): string {
  const names = settings.map(({ name }) => name)
  const variables = names.filter((name) => name !== 'endpoint_url')
  const edits = names.length > variables.length ? ['remove endpoint_url from the config'] : []
  const steps = variables.length === 0 ? edits : [unsetVariables(context, variables), ...edits]
  return steps.length === 0 ? '' : `, or if you do not want that: ${steps.join(', ')}`
}

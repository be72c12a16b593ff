import { AwsError, RequestNotSent, type UnknownRegion } from '../api.ts'
import { SET_CLOCK } from '../clock.ts'
import { SESSION_VARIABLES } from '../../credential-variables.ts'
import { Failure, SET_KEYS, setHint, unsetHint } from '../../failure.ts'
import { toOneLine } from '../../sanitize.ts'
import { classifyError, type ErrorClass } from './classify.ts'
import { grantAction, type Rights } from './explain-rights.ts'

export interface ErrorContext {
  /** The profile as requested. */
  readonly profile: string
  readonly accessKeyId: string
  /** The profile whose section has the key; undefined for a key in the environment. */
  readonly keysProfile: string | undefined
  readonly serialNumber?: string | undefined
  /** The command to repeat, unless it is a login. */
  readonly retryCommand?: string
  /** Whether the call carried a token code. */
  readonly hasCode?: boolean
  /** The command that lists existing names, for a call about one of them. */
  readonly listCommand?: string
  /** Of a caller whose own rights the call is a matter of. */
  readonly rights?: Rights
  /** The ARN of the role to assume. */
  readonly role?: string | undefined
  /** What makes a role session last an hour, which needs no code of its own. */
  readonly oneHourCommand?: string | undefined
  /** What makes a role session as long as its profile says, where `--duration` is longer. */
  readonly usualLengthCommand?: string | undefined
  /** Whether the call was signed with a session from the environment. */
  readonly isEnvironments?: boolean
}

type Explanation = readonly [exit: 'refused' | 'unreachable', message: string, hint: string]

/** A failed call to AWS in one sentence, with the command that fixes it. */
export function explain(error: AwsError, errorContext: ErrorContext): Failure {
  const again = againOf(errorContext)
  const [exit, message, hint] = explanationOf(error, errorContext, again)
  return new Failure(exit, message, hint, { cause: error })
}

function againOf({ retryCommand, profile }: ErrorContext): string {
  return retryCommand ?? `mfa-login --profile ${profile}`
}

function explanationOf(error: AwsError, errorContext: ErrorContext, again: string): Explanation {
  const detail = `${toOneLine(error.message)} (${toOneLine(error.code)})`
  const errorClass = classifyError(error)
  if (isNetwork(errorClass)) return unreachable(...explainNetwork(errorClass, error, detail))
  switch (errorClass) {
    case 'code':
      return refused(
        'The code was not accepted: it is wrong, was used before, or the device’s clock is off.',
        `wait for the next code, then: ${again}`,
      )
    case 'serial':
      return refused(...explainSerial(errorContext, again))
    case 'clock':
      return refused(`This machine’s clock differs too much from AWS’s: ${detail}.`, SET_CLOCK)
    case 'throttled':
      return refused(`AWS is throttling: ${detail}.`, `in a minute: ${again}`)
    case 'busy':
    case 'not-visible':
    case 'not-ready':
    case 'refused':
      return explainRefusal(error, errorContext, detail)
    case 'unknown':
      return explainUnknown(error, errorContext, detail, again)
  }
}

function explainSerial(
  { serialNumber = '', profile }: ErrorContext,
  again: string,
): [message: string, hint: string] {
  return [
    `AWS does not know the MFA device ${serialNumber} for this user.`,
    `mfa-login device list --profile ${profile}, then: ${again} --serial ARN`,
  ]
}

/** The failure for a device that is none of the user's, before a code of it is sent. */
export function unknownDevice(errorContext: ErrorContext): Failure {
  const [message, hint] = explainSerial(errorContext, againOf(errorContext))
  return new Failure('refused', message, hint)
}

/** Replaces a long-term key where it is: beside a credential_process, AWS tools would take it without MFA. */
export function replaceKeyCommand(keysProfile: string | undefined): string {
  return keysProfile === undefined ? SET_KEYS : `aws configure --profile ${keysProfile}`
}

const NETWORK = ['proxy', 'not-sent', 'no-connection', 'untrusted'] as const

function isNetwork(errorClass: ErrorClass): errorClass is (typeof NETWORK)[number] {
  return (NETWORK as readonly ErrorClass[]).includes(errorClass)
}

function explainNetwork(
  errorClass: (typeof NETWORK)[number],
  error: AwsError,
  detail: string,
): [message: string, hint: string] {
  switch (errorClass) {
    case 'proxy':
      return [
        'The proxy asks for a user and a password, or refuses those that it got (status 407).',
        'HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT, with % codes for special characters',
      ]
    case 'not-sent':
    case 'no-connection':
      return explainUnreached(error, detail)
    case 'untrusted':
      return [`The certificate of AWS’s endpoint is not trusted: ${detail}.`, TRUST_NETWORK]
  }
}

/** What makes the certificates of a proxy that looks into TLS trusted. */
export const TRUST_NETWORK = `${setHint({ AWS_CA_BUNDLE: 'FILE' })}, with the certificate file of your network`

/** A page of the network in place of AWS's response: repeating the call does not help. */
export const SIGN_IN_TO_NETWORK = 'sign in to the network with a browser'

function explainUnreached(error: AwsError, detail: string): [message: string, hint: string] {
  const places = 'the network, HTTPS_PROXY and AWS_ENDPOINT_URL'
  const region = error instanceof RequestNotSent ? error.unknownRegion : undefined
  if (region === undefined) return [`Cannot reach AWS: ${detail}.`, `check ${places}`]
  return [
    `Cannot reach AWS: ${detail}. ${describeUnknownRegion(region)}`,
    `check ${region.from}, ${places}`,
  ]
}

export function describeUnknownRegion({ value, meant }: UnknownRegion): string {
  const what = `${value} is not a region the AWS SDK knows`
  return meant === undefined ? `${what}.` : `${what}; did you mean ${meant}?`
}

function refused(message: string, hint: string): Explanation {
  return ['refused', message, hint]
}

function unreachable(message: string, hint: string): Explanation {
  return ['unreachable', message, hint]
}

function explainUnknown(
  { code, status = 500 }: AwsError,
  { hasCode = false }: ErrorContext,
  detail: string,
  again: string,
): Explanation {
  const spent = hasCode ? ', and the code may be spent' : ''
  const message = `AWS gave no usable answer${spent}: ${detail}.`
  if (code === 'NotAws' && status < 400)
    return unreachable(message, `${SIGN_IN_TO_NETWORK}, then: ${again}`)
  return unreachable(message, hasCode ? `wait for the next code, then: ${again}` : again)
}

function explainRefusal(error: AwsError, errorContext: ErrorContext, detail: string): Explanation {
  const ofSession = explainSession(error, errorContext)
  if (ofSession !== undefined) return ofSession
  const key = `…${errorContext.accessKeyId.slice(-4)}`
  const configure = replaceKeyCommand(errorContext.keysProfile)
  const { role, rights } = errorContext
  switch (error.code) {
    case 'InvalidClientTokenId':
    case 'UnrecognizedClient':
      return refused(
        `AWS does not know the access key ${key}: it is deleted, inactive or of another partition.`,
        `${configure}, or set the region of your partition`,
      )
    case 'SignatureDoesNotMatch':
      return refused(`The secret access key does not belong to the access key ${key}.`, configure)
    case 'AccessDenied':
    case 'UnauthorizedOperation':
      if (role !== undefined) return explainRefusedRole(error, { ...errorContext, role }, detail)
      if (rights !== undefined)
        return refused(`AWS refused: ${detail}.`, grantAction(error, rights))
  }
  const doctor = `mfa-login doctor --profile ${errorContext.profile}`
  return refused(`AWS refused: ${detail}.`, remedyOf(error, errorContext) ?? doctor)
}

const OF_CALLER = /identity-based policy|permissions boundary|service control policy/i
const TAG_ACTION = /sts:(?:TagSession|SetSourceIdentity)/

function explainRefusedRole(
  { message }: AwsError,
  { profile, role, oneHourCommand }: ErrorContext & { readonly role: string },
  detail: string,
): Explanation {
  const ofCaller = OF_CALLER.test(message)
  const [tagAction] = TAG_ACTION.exec(message) ?? []
  // The call for an hour sends the same tags.
  if (tagAction !== undefined) {
    const policy = ofCaller ? 'your own policies' : `the trust policy of ${role}`
    return refused(
      `AWS refused: ${detail}.`,
      `allow ${tagAction} in ${policy}, or take the tags and the source identity out of the profile ${profile}`,
    )
  }
  if (oneHourCommand !== undefined && ofCaller) {
    return refused(
      `Your own policies refuse a role session of over an hour, which the long-term key requests with a code: ${detail}.`,
      `${oneHourCommand}, as the MFA session is enough for an hour`,
    )
  }
  const trust = `compare external_id and role_session_name with the trust policy of ${role}, which must let you in`
  return refused(
    `AWS refused: ${detail}.`,
    oneHourCommand === undefined ? trust : `${trust}; or for an hour: ${oneHourCommand}`,
  )
}

function remedyOf({ code, message }: AwsError, errorContext: ErrorContext): string | undefined {
  const {
    profile,
    listCommand,
    oneHourCommand,
    usualLengthCommand,
    retryCommand = '',
  } = errorContext
  if (code === 'NoSuchEntity') return listCommand
  if (code === 'Signin') return `mfa-login --profile ${profile} --force, then: ${retryCommand}`
  const isTooLong = code === 'ValidationError' && message.includes('DurationSeconds exceeds')
  if (!isTooLong) return undefined
  const shorter = usualLengthCommand ?? oneHourCommand
  return shorter ?? `--duration 1h, or duration_seconds = 3600 in the profile ${profile}`
}

/** A call that was signed with a session: the key that AWS does not know is the session's. */
function explainSession({ code }: AwsError, errorContext: ErrorContext): Explanation | undefined {
  if (!/^(InvalidClientTokenId|ExpiredToken)/.test(code)) return undefined
  if (errorContext.isEnvironments === true) {
    return refused(
      'The session in AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN has expired, or was created without MFA.',
      `${unsetHint(SESSION_VARIABLES)}, or get a new one`,
    )
  }
  // With a code, the call was signed with the long-term key.
  if (errorContext.role === undefined || errorContext.hasCode === true) return undefined
  return refused(
    'AWS no longer takes the MFA session that the role is to be taken with.',
    `${errorContext.retryCommand ?? ''} --force`,
  )
}

/** Runs a call and turns its AwsError into a Failure. */
export async function withExplanation<T>(
  errorContext: ErrorContext,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw error instanceof AwsError ? explain(error, errorContext) : error
  }
}

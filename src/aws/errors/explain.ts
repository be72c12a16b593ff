import { AwsError } from '../api.ts'
import { Failure } from '../../failure.ts'
import { toOneLine } from '../../sanitize.ts'
import { classifyError } from './classify.ts'

export interface ErrorContext {
  /** The profile as asked for. */
  readonly profile: string
  readonly accessKeyId: string
  readonly serialNumber?: string | undefined
  /** The command to repeat, where that is not a login and no token code was sent. */
  readonly retryCommand?: string
  /** What shows the names there are, where the call was about one. */
  readonly listCommand?: string
  /** The ARN of the role that was to be taken. */
  readonly role?: string
  /** Whether the key is a session's that the environment holds. */
  readonly isEnvironments?: boolean
}

/** A failed call to AWS in one sentence, with the command that mends it. */
export function explain(error: AwsError, errorContext: ErrorContext): Failure {
  const again = errorContext.retryCommand ?? `mfa-login --profile ${errorContext.profile}`
  const detail = `${toOneLine(error.message)} (${toOneLine(error.code)})`
  switch (classifyError(error)) {
    case 'code':
      return new Failure(
        'refused',
        'The code was not accepted: it is wrong, was used before, or the device’s clock is off.',
        `wait for the next code, then: ${again}`,
      )
    case 'serial':
      return new Failure(
        'refused',
        `AWS does not know the MFA device ${errorContext.serialNumber ?? ''} for this user.`,
        `${again} --serial ARN, with the ARN that "aws iam list-mfa-devices" shows`,
      )
    case 'not-sent':
      return new Failure(
        'unreachable',
        `Cannot reach AWS: ${detail}.`,
        'check the network, HTTPS_PROXY and AWS_ENDPOINT_URL',
      )
    case 'untrusted':
      return new Failure(
        'unreachable',
        `The certificate of AWS’s endpoint is not trusted: ${detail}.`,
        'set AWS_CA_BUNDLE or ca_bundle to the certificate file of your network',
      )
    case 'clock':
      return new Failure(
        'refused',
        `This machine’s clock differs too much from AWS’s: ${detail}.`,
        'set the clock, on Linux: sudo timedatectl set-ntp true',
      )
    case 'throttled':
      return new Failure('refused', `AWS is throttling: ${detail}.`, `in a minute: ${again}`)
    case 'unknown':
      if (errorContext.retryCommand !== undefined) {
        return new Failure('unreachable', `AWS gave no usable answer: ${detail}.`, again)
      }
      return new Failure(
        'unreachable',
        `AWS gave no usable answer, and the code may be spent: ${detail}.`,
        `wait for the next code, then: ${again}`,
      )
    case 'refused':
      return explainRefusal(error, errorContext, detail)
  }
}

function explainRefusal(error: AwsError, errorContext: ErrorContext, detail: string): Failure {
  const ofSession = explainSession(error, errorContext)
  if (ofSession !== undefined) return ofSession
  const key = `…${errorContext.accessKeyId.slice(-4)}`
  const configure = `aws configure --profile ${errorContext.profile}`
  const doctor = `mfa-login doctor --profile ${errorContext.profile}`
  switch (error.code) {
    case 'InvalidClientTokenId':
    case 'UnrecognizedClient':
      return new Failure(
        'refused',
        `AWS does not know the access key ${key}: it is deleted, inactive or of another partition.`,
        `${configure}, or set the region of your partition`,
      )
    case 'SignatureDoesNotMatch':
      return new Failure(
        'refused',
        `The secret access key does not belong to the access key ${key}.`,
        configure,
      )
    case 'AccessDenied':
    case 'AccessDeniedException':
    case 'UnauthorizedOperation':
      return new Failure(
        'refused',
        `AWS refused: ${detail}.`,
        errorContext.role === undefined
          ? doctor
          : `compare external_id and role_session_name with the trust policy of ${errorContext.role}, which must let you in`,
      )
    default:
      return new Failure(
        'refused',
        `AWS refused: ${detail}.`,
        remedyOf(error, errorContext) ?? doctor,
      )
  }
}

function remedyOf({ code, message }: AwsError, errorContext: ErrorContext): string | undefined {
  const { profile, listCommand: names, retryCommand: again = '' } = errorContext
  if (code === 'NoSuchEntity') return names
  if (code === 'Signin') return `mfa-login --profile ${profile} --force, then: ${again}`
  const isTooLong = code === 'ValidationError' && message.includes('DurationSeconds exceeds')
  return isTooLong
    ? `--duration 1h, or duration_seconds = 3600 in the profile ${profile}`
    : undefined
}

/** Where the call was made with a session, a key AWS does not know is the session's. */
function explainSession({ code }: AwsError, errorContext: ErrorContext): Failure | undefined {
  if (!/^(InvalidClientTokenId|ExpiredToken)/.test(code)) return undefined
  if (errorContext.isEnvironments === true) {
    return new Failure(
      'refused',
      'The session in AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN is over, or was made without MFA.',
      'unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN, or get a new one',
    )
  }
  if (errorContext.role === undefined) return undefined
  return new Failure(
    'refused',
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

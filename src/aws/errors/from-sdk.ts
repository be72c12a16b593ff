/** AwsErrors from what the SDK throws, and from responses that are not AWS's. */
import { Failure } from '../../failure.ts'
import { AwsError } from '../api.ts'
import { classifyError } from './classify.ts'

const NOT_AWS_MESSAGE = 'the answer is not AWS’s; is a proxy or a captive portal in between?'

/** A response that is not from AWS, such as a captive portal's page, whose status is 200 unless it is known. */
export function notAws(message = NOT_AWS_MESSAGE, status = 200, cause?: unknown): AwsError {
  return new AwsError('NotAws', message, status, { cause })
}

/** Whether text from a response can be an error code. */
export function isErrorCode(text: unknown): text is string {
  return typeof text === 'string' && /^[A-Za-z][\w.:-]{0,127}$/.test(text)
}

export function isNoSuchEntity(error: unknown): boolean {
  return error instanceof AwsError && error.code === 'NoSuchEntity'
}

/** The response of a call, or undefined where IAM has no such entity. */
export async function undefinedIfMissing<T>(response: Promise<T>): Promise<T | undefined> {
  try {
    return await response
  } catch (error) {
    if (isNoSuchEntity(error)) return undefined
    throw error
  }
}

/**
 * Runs a call; throws an AwsError for whatever the SDK throws, and Failures as they are. A call that AWS refuses
 * for this machine's clock, before it looks at anything else, is sent once more: the client has then learned
 * AWS's time from the Date header of the refusal.
 */
export async function withAwsErrors<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await withErrorsOf(send)
  } catch (error) {
    if (error instanceof AwsError && classifyError(error) === 'clock') return withErrorsOf(send)
    throw error
  }
}

async function withErrorsOf<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send()
  } catch (error) {
    throw error instanceof AwsError || error instanceof Failure
      ? error
      : asAwsError(error as SdkError)
  }
}

interface SdkError extends Error {
  readonly code?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
}

function asAwsError(error: SdkError): AwsError {
  const status = error.$metadata?.httpStatusCode
  if (isNotFromAws(error, status)) return notAws(NOT_AWS_MESSAGE, status, error)
  const code = status === undefined ? (error.code ?? error.name) : error.name
  return awsError(code, error.message, status, error)
}

/** An error that AWS reports. The code loses the suffix that STS and the SDK add in places. */
export function awsError(
  code: string,
  message: string,
  status: number | undefined,
  cause?: unknown,
): AwsError {
  return new AwsError(code.replace(/Exception$/, ''), message || code, status, { cause })
}

/** The SDK's names for an error whose response names no code. */
const WITHOUT_CODE = ['Error', 'Unknown', 'UnknownError', 'NotFound']

/** Whether a page of a proxy or a captive portal stands in for AWS's response. */
function isNotFromAws(error: SdkError, status: number | undefined): boolean {
  const { name, message } = error as { name: unknown; message: unknown }
  // An element with children where text belongs becomes an object, whatever the types say.
  if (typeof name !== 'string' || typeof message !== 'string') return true
  // What the SDK's XML reader throws.
  if (/deserialization error|is not expected/i.test(message)) return true
  if (error instanceof TypeError || error instanceof RangeError) return true
  if (status === undefined) return false
  return status < 400 || WITHOUT_CODE.includes(name) || !isErrorCode(name)
}

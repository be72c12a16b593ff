import { randomBytes } from 'node:crypto'
import { spendCode } from '../account/device.ts'
import { createId, createSecret } from '../account/ids.ts'
import { accessDenied } from '../protocol/service-error.ts'
import type { OperationCall } from '../protocol/service.ts'
import { length, pattern, type Constraint } from '../protocol/validation.ts'
import { formatDate } from '../protocol/xml.ts'
import type { ServerState, Session } from '../state.ts'

/** STS API reference, GetSessionToken. */
export const MFA_CONSTRAINTS: readonly Constraint[] = [
  ...length('SerialNumber', 9, 256),
  pattern('SerialNumber', String.raw`[\w+=/:,.@-]*`),
  ...length('TokenCode', 6, 6),
  pattern('TokenCode', String.raw`[\d]*`),
]

/** Accepts the code of a request. Returns the time, or undefined for a request without MFA. */
export function spendMfaCode({ params, caller, state }: OperationCall): number | undefined {
  const { SerialNumber, TokenCode } = params
  if (SerialNumber === undefined && TokenCode === undefined) return undefined
  if (SerialNumber === undefined || TokenCode === undefined) {
    throw accessDenied(
      'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.',
    )
  }
  const device = caller.user?.devices.find((each) => each.serialNumber === SerialNumber)
  if (device?.kind !== 'totp') {
    // Two spaces, as in AWS's message.
    throw accessDenied(
      'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
    )
  }
  if (!spendCode(device, TokenCode, state.now())) {
    // A trailing space, as in AWS's message.
    throw accessDenied('MultiFactorAuthentication failed with invalid MFA one time pass code. ')
  }
  return state.now()
}

interface SessionParts extends Pick<
  Session,
  'principal' | 'mfaAt' | 'tags' | 'transitiveTags' | 'sourceIdentity'
> {
  readonly seconds: number
}

/** Issues temporary credentials and returns the `Credentials` element of STS responses. */
export function issueCredentials(state: ServerState, { seconds, ...parts }: SessionParts) {
  const accessKeyId = createId('ASIA')
  const secretAccessKey = createSecret()
  const sessionToken = randomBytes(192).toString('base64')
  const issuedAt = state.now()
  // STS gives Expiration in whole seconds.
  const expiresAt = (Math.floor(issuedAt / 1000) + seconds) * 1000
  const session = { accessKeyId, secretAccessKey, sessionToken, issuedAt, expiresAt, ...parts }
  state.sessions.set(accessKeyId, session)
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: formatDate(expiresAt),
  }
}

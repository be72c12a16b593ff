import { readAuthorization } from './auth/signature.ts'
import type { ServiceRequest } from './dispatch.ts'
import type { Params } from './protocol/service.ts'

/** A request as tests see it. */
export interface RecordedRequest {
  /** By the server's clock (ms since the epoch). */
  readonly at: number
  /** From the credential scope of the signature; `unsigned` without one. */
  readonly service: string
  /** The operation, such as `GetUser`. */
  readonly action: string
  readonly accessKeyId: string | undefined
  /** Without token codes, passwords and sessions. */
  readonly params: Params
  /** `OK`, an error code, or the fault that broke the connection. */
  readonly outcome: string
}

const SECRET_PARAMS = new Set([
  'Session',
  'SigninToken',
  'TokenCode',
  'AuthenticationCode1',
  'AuthenticationCode2',
  'Password',
  'OldPassword',
  'NewPassword',
])

export function recordRequest(
  { raw, params, operation }: ServiceRequest,
  at: number,
  outcome: string,
): RecordedRequest {
  const authorization = readAuthorization(raw)
  const recorded = Object.entries(params).filter(([name]) => !SECRET_PARAMS.has(name))
  return {
    at,
    service: authorization?.service ?? 'unsigned',
    action: operation,
    accessKeyId: authorization?.accessKeyId,
    params: Object.fromEntries(recorded),
    outcome,
  }
}

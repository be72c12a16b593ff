import { readAuthorization } from './auth/signature.ts'
import type { ServiceRequest } from './dispatch.ts'
import type { RecordedRequest } from './public-types.ts'

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

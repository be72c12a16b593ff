import { sign } from 'aws4'
import type { AwsKeys } from './api.ts'
import type { Request } from './http/exchange.ts'

export interface Signing {
  readonly service: string
  readonly region: string
  readonly keys: AwsKeys
}

/** The request with AWS's signature (Signature Version 4) of this time. */
export function signed(request: Request, { service, region, keys }: Signing, time: Date): Request {
  const { method, url, body } = request
  const headers = {
    host: url.host,
    ...request.headers,
    'x-amz-date': time.toISOString().replace(/[-:]|\.\d+/g, ''),
  }
  const path = `${url.pathname}${url.search}`
  const result = sign({ service, region, method, path, headers, ...(body && { body }) }, keys)
  return { ...request, headers: result.headers as Record<string, string> }
}

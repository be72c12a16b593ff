import { HttpRequest } from '@smithy/core/protocols'

/** A GET of an address, for the calls that no SDK client makes. */
export function getRequest(url: URL, query: Record<string, string> = {}): HttpRequest {
  return new HttpRequest({
    method: 'GET',
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    path: url.pathname,
    query,
    headers: { host: url.host },
  })
}

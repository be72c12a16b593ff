import { HttpRequest } from '@smithy/core/protocols'

/** A GET of an address, for the calls that no SDK client makes. */
export function getRequest(url: URL, query: Record<string, string> = {}): HttpRequest {
  return new HttpRequest({
    method: 'GET',
    ...placeOf(url),
    path: url.pathname,
    query,
    headers: { host: url.host },
  })
}

/** Where a request goes, in the words of HttpRequest. */
export function placeOf({ protocol, hostname, port }: URL) {
  return { protocol, hostname, ...(port === '' ? {} : { port: Number(port) }) }
}

import { Readable } from 'node:stream'
import { buildQueryString, HttpResponse, type HttpRequest } from '@smithy/core/protocols'
import type { Http } from './http-client.ts'

/** What sends for the SDK's clients: our HTTP, with its proxies, authorities and AWS's clock. */
export function sdkHandler(http: Http) {
  return {
    handle: async (request: HttpRequest): Promise<{ response: HttpResponse }> => {
      const { method, headers } = request
      // Of the Query protocol, which all our clients speak.
      const body = request.body as string | undefined
      const answer = await http.ask({ method, url: addressOf(request), headers, body })
      return {
        response: new HttpResponse({
          statusCode: answer.status,
          headers: answer.headers,
          body: Readable.from([answer.body]),
        }),
      }
    },
  }
}

function addressOf({ protocol, hostname, port, path, query }: HttpRequest): URL {
  const url = new URL(`${protocol}//${hostname}`)
  if (port !== undefined) url.port = String(port)
  url.pathname = path
  url.search = buildQueryString(query)
  return url
}

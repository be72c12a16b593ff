import { buildQueryString, HttpResponse, type HttpRequest } from '@smithy/core/protocols'
import type { HttpClient } from './http-client.ts'

/** Sends the requests of the SDK's clients through our HTTP client, with its proxies and authorities. */
export function sdkHandler(http: HttpClient) {
  return {
    handle: async (
      request: HttpRequest,
      { abortSignal: signal }: { readonly abortSignal?: AbortSignal } = {},
    ): Promise<{ response: HttpResponse }> => {
      const { method, headers } = request
      // Text in the Query protocol, which STS and IAM speak.
      const body = request.body as string | undefined
      const operation = new URLSearchParams(body).get('Action') ?? method
      const url = urlOf(request)
      const response = await http.send({ operation, method, url, headers, body, signal })
      return { response: new HttpResponse({ ...response, statusCode: response.status }) }
    },
  }
}

export function urlOf({ protocol, hostname, port, path, query }: HttpRequest): URL {
  const url = new URL(`${protocol}//${hostname}`)
  if (port !== undefined) url.port = String(port)
  url.pathname = path
  url.search = buildQueryString(query)
  return url
}

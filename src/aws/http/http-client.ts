import type { Agent } from 'node:http'
import type { Debug } from '../../context.ts'
import type { Sourced } from '../api.ts'
import { readBundle } from './ca-bundle.ts'
import { exchange, type Response, type Request } from './exchange.ts'
import { proxyFor } from './proxy-setting.ts'
import { readyAgents } from './ready-agent.ts'

export type HttpClient = ReturnType<typeof httpClient>

interface NamedRequest extends Request {
  /** As the service's API reference names it. */
  readonly operation: string
}

/**
 * Sends requests directly, or through a proxy as HTTPS_PROXY, HTTP_PROXY and NO_PROXY say. The SDK itself reads
 * neither these nor AWS_CA_BUNDLE. Throws a Failure if the CA bundle cannot be read.
 */
export function httpClient(
  caBundle: Sourced | undefined,
  { isDirect, debug }: { readonly isDirect: boolean; readonly debug: Debug },
) {
  const ca = caBundle === undefined ? undefined : readBundle(caBundle)
  const direct = readyAgents(ca)
  const proxied = new Map<string, Agent>()
  const routeOf = (url: URL): URL | undefined => (isDirect ? undefined : proxyFor(url))
  const agentFor = async (url: URL): Promise<Agent> => {
    const proxy = routeOf(url)
    if (proxy === undefined) return direct.agentFor(url)
    const { proxyAgent } = await import('./proxy-agents.ts')
    const route = `${url.protocol}${proxy.href}`
    const agent = proxied.get(route) ?? proxyAgent(proxy, url, ca)
    proxied.set(route, agent)
    return agent
  }
  let offset: number | undefined
  return {
    /** Milliseconds that the Date header of the last response is ahead of this machine's clock. */
    clockOffset: () => offset,
    /**
     * Opens a connection for the next request to this address. Returns a function that closes the connection
     * if no request has used it.
     */
    prepare: async (url: URL): Promise<() => void> => {
      // Loads the agent.
      await agentFor(url)
      // Through a proxy the first request makes the connection.
      return routeOf(url) === undefined ? direct.prepare(url) : () => undefined
    },
    /** Throws what `exchange` throws. */
    send: async (request: NamedRequest): Promise<Response> => {
      const response = await withReport(request, debug, async () =>
        exchange(request, await agentFor(request.url)),
      )
      const date = Date.parse(response.headers.date ?? '')
      if (!Number.isNaN(date)) offset = date - Date.now()
      return response
    },
  }
}

/** Reports what may be seen of a request: not its body, which has the token code, nor its signature or query. */
async function withReport(
  { operation, url }: NamedRequest,
  debug: Debug,
  send: () => Promise<Response>,
): Promise<Response> {
  const startedAt = Date.now()
  const what = `${operation} at ${url.host}`
  try {
    const response = await send()
    const { status, headers } = response
    const id = headers['x-amzn-requestid'] ?? headers['x-amz-request-id'] ?? 'none'
    debug.log(`${what}: status ${status}, request ID ${id}, ${Date.now() - startedAt} ms`)
    return response
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException
    debug.log(`${what}: no answer (${code}), ${Date.now() - startedAt} ms`)
    throw error
  }
}

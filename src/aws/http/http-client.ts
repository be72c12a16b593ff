import { readFileSync } from 'node:fs'
import type { Agent } from 'node:http'
import { getProxyForUrl } from 'proxy-from-env'
import type { Debug } from '../../context.ts'
import { Failure } from '../../failure.ts'
import { exchange, type Response, type Request } from './exchange.ts'
import { readyAgents } from './ready-agent.ts'

export interface Http {
  /** Throws what `exchange` throws. */
  ask(request: Request): Promise<Response>
  /** Opens a connection for the next request to this address; what is returned gives it up. */
  prepare(url: URL): Promise<() => void>
  /** Milliseconds the last answer's Date is ahead of this machine's clock. */
  clockOffset(): number | undefined
}

/**
 * Sends requests directly or, where HTTPS_PROXY, HTTP_PROXY and NO_PROXY say so, through a proxy;
 * the SDK reads neither these nor AWS_CA_BUNDLE itself.
 */
export function httpClient(
  caBundle: string | undefined,
  { isDirect, debug }: { readonly isDirect: boolean; readonly debug: Debug },
): Http {
  const ca = caBundle === undefined ? undefined : readBundle(caBundle)
  const direct = readyAgents(ca)
  const proxied = new Map<string, Promise<Agent>>()
  const proxyFor = (url: URL): string => (isDirect ? '' : getProxyForUrl(url.href))
  const agentFor = async (url: URL): Promise<Agent> => {
    const proxy = proxyFor(url)
    if (proxy === '') return direct.agentFor(url)
    const way = `${url.protocol}${proxy}`
    const agent = proxied.get(way) ?? agentThrough(proxy, url, ca)
    proxied.set(way, agent)
    return agent
  }
  let offset: number | undefined
  return {
    clockOffset: () => offset,
    prepare: async (url) => {
      // Loads it.
      await agentFor(url)
      // Through a proxy the first request makes the connection.
      return proxyFor(url) === '' ? direct.prepare(url) : () => undefined
    },
    ask: async (request) => {
      const answer = await reported(request, debug, async () =>
        exchange(request, await agentFor(request.url)),
      )
      const date = Date.parse(answer.headers.date ?? '')
      if (!Number.isNaN(date)) offset = date - Date.now()
      return answer
    },
  }
}

/** Says of a request what may be seen of it: not its body, which has the token code, nor its signature. */
async function reported(
  request: Request,
  debug: Debug,
  send: () => Promise<Response>,
): Promise<Response> {
  const startedAt = Date.now()
  const what = `${operationOf(request)} at ${request.url.host}`
  try {
    const { status, headers, body } = await send()
    const id = headers['x-amzn-requestid'] ?? headers['x-amz-request-id'] ?? 'none'
    debug.log(`${what}: status ${status}, request ID ${id}, ${Date.now() - startedAt} ms`)
    return { status, headers, body }
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException
    debug.log(`${what}: no answer (${code}), ${Date.now() - startedAt} ms`)
    throw error
  }
}

/** As the Query protocol names it, else the method and the path. */
function operationOf({ method, url, body = '' }: Request): string {
  return new URLSearchParams(body).get('Action') ?? `${method} ${url.pathname}`
}

async function agentThrough(proxy: string, url: URL, ca: string | undefined): Promise<Agent> {
  const { proxyAgent } = await import('./proxy-agents.ts')
  return proxyAgent(proxy, url, ca)
}

function readBundle(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new Failure(
      'files',
      `The certificate bundle ${path} cannot be read.`,
      'look at AWS_CA_BUNDLE and ca_bundle',
    )
  }
}

import { readFileSync } from 'node:fs'
import type { Agent } from 'node:http'
import { getProxyForUrl } from 'proxy-from-env'
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
export function httpClient(caBundle: string | undefined, isDirect: boolean): Http {
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
      const answer = await exchange(request, await agentFor(request.url))
      const date = Date.parse(answer.headers.date ?? '')
      if (!Number.isNaN(date)) offset = date - Date.now()
      return answer
    },
  }
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

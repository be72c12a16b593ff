import type { Agent } from 'node:http'
import { HttpProxyAgent } from 'http-proxy-agent'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { rejectAfter, LIMITS, NO_CONNECTION } from './exchange.ts'

/** An agent that reaches an address through a proxy; `ca` is PEM text. */
export function proxyAgent(proxy: string, { protocol }: URL, ca: string | undefined): Agent {
  const trust = { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) }
  const agent =
    protocol === 'https:' ? new HttpsProxyAgent(proxy, trust) : new HttpProxyAgent(proxy)
  const connect = agent.connect.bind(agent) as (request: unknown, options: object) => Promise<never>
  agent.connect = async (request: unknown, options: object) => {
    // Ends the connection to a silent proxy, which would keep the process alive after the request is given up.
    const stop = new AbortController()
    const late = rejectAfter(LIMITS.connect, NO_CONNECTION, (error) => stop.abort(error))
    Object.assign(agent.connectOpts, { signal: stop.signal })
    try {
      // The agent's own option is for the proxy only; AWS's endpoint may need the authorities too.
      return await connect(request, { ...options, ...trust })
    } finally {
      clearTimeout(late)
    }
  }
  return agent
}

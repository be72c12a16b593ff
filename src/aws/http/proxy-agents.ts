import type { Agent, ClientRequest } from 'node:http'
import { HttpProxyAgent } from 'http-proxy-agent'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { rejectAfter, LIMITS, NO_CONNECTION } from './exchange.ts'

type ConnectOptions = Parameters<HttpsProxyAgent<string>['connect']>[1]

/** Trusts the authorities of `ca` for AWS's endpoint too; the package's option is for the proxy only. */
class TrustingAgent extends HttpsProxyAgent<string> {
  readonly #ca: string | undefined

  constructor(proxy: string, ca: string | undefined) {
    super(proxy, { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) })
    this.#ca = ca
  }

  override async connect(request: ClientRequest, options: ConnectOptions) {
    const trust = { rejectUnauthorized: true, ...(this.#ca === undefined ? {} : { ca: this.#ca }) }
    return super.connect(request, { ...options, ...trust })
  }
}

/** An agent that reaches an address through a proxy; `ca` is PEM text. */
export function proxyAgent(proxy: string, { protocol }: URL, ca: string | undefined): Agent {
  return protocol === 'https:'
    ? withTimeLimit(new TrustingAgent(proxy, ca))
    : withTimeLimit(new HttpProxyAgent(proxy))
}

/** Ends the connection to a silent proxy, which would keep the process alive after the request is given up. */
function withTimeLimit<A extends HttpsProxyAgent<string> | HttpProxyAgent<string>>(agent: A): A {
  const connect = agent.connect.bind(agent) as (...args: unknown[]) => Promise<never>
  agent.connect = async (...args: unknown[]) => {
    const stop = new AbortController()
    const late = rejectAfter(LIMITS.connect, NO_CONNECTION, (error) => stop.abort(error))
    Object.assign(agent.connectOpts, { signal: stop.signal })
    try {
      return await connect(...args)
    } finally {
      clearTimeout(late)
    }
  }
  return agent
}

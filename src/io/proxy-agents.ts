import type { ClientRequest } from 'node:http'
import { HttpProxyAgent } from 'http-proxy-agent'
import { HttpsProxyAgent } from 'https-proxy-agent'

type ConnectOptions = Parameters<HttpsProxyAgent<string>['connect']>[1]

/** Trusts the authorities for AWS's endpoint too; the package's own option is for the proxy only. */
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

/** Agents that go through a proxy; `ca` is PEM text. */
export function proxyAgents(proxy: string, ca: string | undefined) {
  return { httpAgent: new HttpProxyAgent(proxy), httpsAgent: new TrustingAgent(proxy, ca) }
}

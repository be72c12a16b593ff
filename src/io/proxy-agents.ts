import type { Agent, ClientRequest } from 'node:http'
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

/** An agent that goes to an address through a proxy; `ca` is PEM text. */
export function proxyAgent(proxy: string, { protocol }: URL, ca: string | undefined): Agent {
  return protocol === 'https:' ? new TrustingAgent(proxy, ca) : new HttpProxyAgent(proxy)
}

import type { Agent, ClientRequest } from 'node:http'
import { HttpProxyAgent } from 'http-proxy-agent'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { GIVEN_UP, proxyRefusal } from './exchange.ts'

/** An agent that reaches an address through a proxy; `ca` is PEM text. */
export function proxyAgent(proxy: URL, { protocol }: URL, ca: string | undefined): Agent {
  const trust = { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) }
  const address = new URL(proxy)
  // The agents decode these themselves, and throw for a percent sign that is one.
  Object.assign(address, { username: '', password: '' })
  const headers = credentialsHeader(proxy)
  const agent =
    protocol === 'https:'
      ? new HttpsProxyAgent(address, { ...trust, headers })
      : new HttpProxyAgent(address, { headers })
  const connect = agent.connect.bind(agent) as (
    request: ClientRequest,
    options: object,
  ) => Promise<never>
  agent.connect = async (request: ClientRequest, options: object) => {
    let status = 200
    request.once('proxyConnect', ({ statusCode = 200 }: { statusCode?: number }) => {
      status = statusCode
    })
    // Ends the connection to a silent proxy, which would keep the process alive after the request is given up.
    const stop = new AbortController()
    const end = (error: Error): void => stop.abort(error)
    request.once(GIVEN_UP, end)
    Object.assign(agent.connectOpts, { signal: stop.signal })
    try {
      // The agent's own option is for the proxy only; AWS's endpoint may need the authorities too.
      const socket = await connect(request, { ...options, ...trust })
      // Of a refusal the agent makes a socket that replays it as AWS's response.
      if (status !== 200) throw proxyRefusal(status)
      return socket
    } finally {
      request.off(GIVEN_UP, end)
    }
  }
  return agent
}

function credentialsHeader({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {}
  const pair = Buffer.from(`${decodeBytes(username)}:${decodeBytes(password)}`, 'latin1')
  return { 'Proxy-Authorization': `Basic ${pair.toString('base64')}` }
}

/** As curl decodes them: a percent sign without two digits stands for itself. */
function decodeBytes(text: string): string {
  return text.replaceAll(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  )
}

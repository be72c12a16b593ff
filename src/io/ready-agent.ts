import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { connect, isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'

/** A server may close what nobody uses; this is well below the idle times that servers have. */
const FRESH_MS = 5000

/** Agents that make their first connection before there is a request for it. */
export interface ReadyAgents {
  readonly httpAgent: HttpAgent
  readonly httpsAgent: HttpsAgent
  /** Keeps a connection open for the next request until it is taken or given up. */
  prepare(url: URL): () => void
}

/** `ca` is PEM text. */
export function readyAgents(ca: string | undefined): ReadyAgents {
  // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
  const trust = { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) }
  let spare: Spare | undefined
  const take = (words: unknown): Duplex | undefined => {
    if (spare === undefined || !isFor(spare.url, words)) return undefined
    const taken = spare.take()
    spare = undefined
    return taken
  }
  class ReadyHttp extends HttpAgent {
    override createConnection(...words: Parameters<HttpAgent['createConnection']>) {
      return take(words[0]) ?? super.createConnection(...words)
    }
  }
  class ReadyHttps extends HttpsAgent {
    override createConnection(...words: Parameters<HttpsAgent['createConnection']>) {
      return take(words[0]) ?? super.createConnection(...words)
    }
  }
  return {
    httpAgent: new ReadyHttp({ keepAlive: true }),
    httpsAgent: new ReadyHttps({ keepAlive: true, ...trust }),
    prepare: (url) => {
      spare?.give()
      spare = spareFor(url, trust)
      const mine = spare
      return () => mine.give()
    },
  }
}

/** Whether a connection is asked for to this address. */
function isFor(url: URL, words: unknown): boolean {
  const { host, port } = (words ?? {}) as { host?: string; port?: number | string }
  const { host: ours, port: itsPort } = placeOf(url)
  return host === ours && Number(port) === itsPort
}

function placeOf({ protocol, hostname, port }: URL): { host: string; port: number } {
  const host = hostname.replace(/^\[|\]$/g, '')
  return { host, port: Number(port || (protocol === 'https:' ? 443 : 80)) }
}

interface Spare {
  readonly url: URL
  take(): Duplex | undefined
  give(): void
}

function spareFor(url: URL, trust: ConnectionOptions): Spare {
  let socket = opened(url, trust)
  let isTaken = false
  const timer = setInterval(() => {
    socket.destroy()
    socket = opened(url, trust)
  }, FRESH_MS)
  timer.unref()
  return {
    url,
    take: () => {
      clearInterval(timer)
      isTaken = true
      socket.off('error', ignore).ref()
      return socket.destroyed || socket.readableEnded ? undefined : socket
    },
    give: () => {
      clearInterval(timer)
      if (!isTaken) socket.destroy()
    },
  }
}

function opened(url: URL, trust: ConnectionOptions) {
  const place = placeOf(url)
  // Certificates for addresses need no name (RFC 6066, 3).
  const name = isIP(place.host) === 0 ? { servername: place.host } : {}
  const socket =
    url.protocol === 'https:' ? connectTls({ ...place, ...name, ...trust }) : connect(place)
  // The request itself will meet the same trouble, and say so.
  return socket.on('error', ignore).unref()
}

function ignore(): void {
  // Nothing to be done.
}

import type { Agent } from 'node:http'
import { connect, isIP, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ConnectionOptions } from 'node:tls'
import { addressOf } from './exchange.ts'

/** A server may close what nobody uses; this is well below the idle times that servers have. */
const FRESH_MS = 5000

/** Agents that make their first connection before there is a request for it. */
export interface ReadyAgents {
  /** One for each protocol. */
  agentFor(url: URL): Promise<Agent>
  /** Keeps a connection open for the next request until it is taken or given up. */
  prepare(url: URL): Promise<() => void>
}

/** `ca` is PEM text. */
export function readyAgents(ca: string | undefined): ReadyAgents {
  // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
  const trust = { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) }
  let spare: Spare | undefined
  const takeSpare = (words: unknown): Duplex | undefined => {
    if (spare === undefined || !isFor(spare.url, words)) return undefined
    const taken = spare.take()
    spare = undefined
    return taken
  }
  const agents = new Map<string, Promise<Agent>>()
  return {
    agentFor: async ({ protocol }) => {
      const agent = agents.get(protocol) ?? readyAgent(protocol, trust, takeSpare)
      agents.set(protocol, agent)
      return agent
    },
    prepare: async (url) => {
      const open = await socketOpener(url, trust)
      spare?.release()
      spare = createSpare(url, open)
      const mine = spare
      return () => mine.release()
    },
  }
}

/** TLS is loaded where an address asks for it. */
async function readyAgent(
  protocol: string,
  trust: ConnectionOptions,
  take: (words: unknown) => Duplex | undefined,
): Promise<Agent> {
  const { Agent } = protocol === 'https:' ? await import('node:https') : await import('node:http')
  const agent = new Agent({ keepAlive: true, ...trust })
  const connectAnew = agent.createConnection.bind(agent)
  agent.createConnection = (...words) => take(words[0]) ?? connectAnew(...words)
  return agent
}

/** Whether a connection is asked for to this address. */
function isFor(url: URL, words: unknown): boolean {
  const { host, port } = (words ?? {}) as { host?: string; port?: number | string }
  const { host: ours, port: itsPort } = addressOf(url)
  return host === ours && Number(port) === itsPort
}

interface Spare {
  readonly url: URL
  take(): Duplex | undefined
  release(): void
}

function createSpare(url: URL, open: () => Socket): Spare {
  let socket = open()
  let isTaken = false
  const timer = setInterval(() => {
    socket.destroy()
    socket = open()
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
    release: () => {
      clearInterval(timer)
      if (!isTaken) socket.destroy()
    },
  }
}

async function socketOpener(url: URL, trust: ConnectionOptions): Promise<() => Socket> {
  const place = addressOf(url)
  // Certificates for addresses need no name (RFC 6066, 3).
  const name = isIP(place.host) === 0 ? { servername: place.host } : {}
  const tls = url.protocol === 'https:' ? await import('node:tls') : undefined
  const open = () => tls?.connect({ ...place, ...name, ...trust }) ?? connect(place)
  // The request itself will meet the same trouble, and say so.
  return () => open().on('error', ignore).unref()
}

function ignore(): void {
  // Nothing to be done.
}

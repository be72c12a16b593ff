import type { Agent } from 'node:http'
import { connect, isIP, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ConnectionOptions } from 'node:tls'
import { addressOf } from './exchange.ts'

/** An idle connection is replaced after this time, as servers close those that are not used. */
const FRESH_MS = 5000
/** How many connections, one after the other, wait for a request: a question may stay open for hours. */
const MOST_SPARES = 12

/** Agents that open their first connection before there is a request for it; `ca` is PEM text. */
export function readyAgents(ca: string | undefined, freshMs = FRESH_MS) {
  // Also where NODE_TLS_REJECT_UNAUTHORIZED turns the check off.
  const trust = { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) }
  let spare: Spare | undefined
  const takeSpare = (options: unknown): Duplex | undefined => {
    if (spare === undefined || !isFor(spare.url, options)) return undefined
    const taken = spare.take()
    spare = undefined
    return taken
  }
  const agents = new Map<string, Promise<Agent>>()
  return {
    /** There is one agent for each protocol. */
    agentFor: async ({ protocol }: URL): Promise<Agent> => {
      const agent = agents.get(protocol) ?? readyAgent(protocol, trust, takeSpare)
      agents.set(protocol, agent)
      return agent
    },
    /** Keeps a connection open for the next request. Returns a function that closes it if it is not used. */
    prepare: async (url: URL): Promise<() => void> => {
      const open = await socketOpener(url, trust)
      spare?.release()
      spare = createSpare(url, open, freshMs)
      const mine = spare
      return () => mine.release()
    },
  }
}

/** Loads TLS only for an address of https. */
async function readyAgent(
  protocol: string,
  trust: ConnectionOptions,
  take: (options: unknown) => Duplex | undefined,
): Promise<Agent> {
  const { Agent } = protocol === 'https:' ? await import('node:https') : await import('node:http')
  const agent = new Agent({ keepAlive: true, ...trust })
  const createConnection = agent.createConnection.bind(agent)
  agent.createConnection = (...args) => take(args[0]) ?? createConnection(...args)
  return agent
}

/** Whether the options of a connection lead to this address. */
function isFor(url: URL, options: unknown): boolean {
  const { host, port } = (options ?? {}) as { host?: string; port?: number | string }
  const address = addressOf(url)
  return host === address.host && Number(port) === address.port
}

type Spare = ReturnType<typeof createSpare>

function createSpare(url: URL, open: () => Socket, freshMs: number) {
  let socket = open()
  let count = 1
  let isTaken = false
  const timer = setInterval(() => {
    socket.destroy()
    if (count === MOST_SPARES) clearInterval(timer)
    else socket = open()
    count += 1
  }, freshMs)
  timer.unref()
  return {
    url,
    take: (): Duplex | undefined => {
      clearInterval(timer)
      isTaken = true
      socket.off('error', ignore).ref()
      return socket.destroyed || socket.readableEnded ? undefined : socket
    },
    release: (): void => {
      clearInterval(timer)
      if (!isTaken) socket.destroy()
    },
  }
}

async function socketOpener(url: URL, trust: ConnectionOptions): Promise<() => Socket> {
  const address = addressOf(url)
  // An IP address is no server name (RFC 6066, section 3).
  const name = isIP(address.host) === 0 ? { servername: address.host } : {}
  const tls = url.protocol === 'https:' ? await import('node:tls') : undefined
  const open = () => tls?.connect({ ...address, ...name, ...trust }) ?? connect(address)
  // The request itself will fail in the same way, and report it.
  return () => open().on('error', ignore).unref()
}

function ignore(): void {
  // The request reports it.
}

/** HTTP on the loopback interface. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { correctedCommand, Failure } from '../failure.ts'

/** A request as it arrived: header names in lower case, the path still percent-encoded. */
export interface RawRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface RawResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Starts a server. `respond` returns undefined, or throws, to break the connection. Throws a Failure for a port. */
export async function startHttpServer(
  port: number,
  respond: (request: RawRequest) => Promise<RawResponse | undefined>,
) {
  const answer = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const sent = await respond(await readRequest(message))
    if (sent === undefined) message.socket.destroy()
    else response.writeHead(sent.status, sent.headers).end(sent.body)
  }
  const server = createServer((message, response) => {
    answer(message, response).catch(() => message.socket.destroy())
  })
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
  } catch (error) {
    throw portFailure(port, error as NodeJS.ErrnoException)
  }
  const address = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    server.close().closeAllConnections()
    await once(server, 'close')
  }
  return { url: `http://127.0.0.1:${address.port}`, close }
}

function portFailure(port: number, error: NodeJS.ErrnoException): Failure {
  const { code, message } = error
  const REASONS: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program uses it',
    EACCES: 'the system does not permit it',
  }
  const reason = REASONS[code ?? ''] ?? message
  const free = correctedCommand({ wrong: String(port), meant: '0' })
  const text = `Port ${port} of 127.0.0.1 is not free: ${reason}.`
  return new Failure('usage', text, free, { cause: error })
}

async function readRequest(message: IncomingMessage): Promise<RawRequest> {
  const { pathname, searchParams } = new URL(message.url ?? '/', 'http://127.0.0.1')
  const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value)])
  return {
    method: message.method ?? 'GET',
    path: pathname,
    query: searchParams,
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: await text(message),
  }
}

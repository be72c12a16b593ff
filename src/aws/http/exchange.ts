/** One HTTP request and its whole response, by Node's own client, which loads faster than the SDK's. */
import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import type { Socket } from 'node:net'
import { AwsError, RequestNotSent } from '../api.ts'
import { PROXY_CREDENTIALS } from '../errors/classify.ts'

/**
 * Time limits in milliseconds: for a connection, with TLS and through a proxy, for the head of a response, and
 * from there to its end.
 */
export const LIMITS = { connect: 10_000, head: 30_000, end: 30_000 }
const NO_CONNECTION = 'no connection was made'
/** In bytes; a page of policies or buckets, the longest response, has some megabytes. */
const LONGEST_RESPONSE = 32 * 1024 * 1024

export interface Request {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Response {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/**
 * Throws RequestNotSent where no byte of the request can have left; else the error of the system, and AwsError
 * for a response that is too late or too long.
 */
export async function exchange(request: Request, agent: Agent, limits = LIMITS): Promise<Response> {
  const state = { mayHaveLeft: false }
  try {
    const isTls = request.url.protocol === 'https:'
    const client = await (isTls ? import('node:https') : import('node:http'))
    if (request.signal?.aborted === true) throw notNeeded()
    const start = () => client.request(optionsOf(request, agent))
    return await responseTo(start, request, limits, () => {
      state.mayHaveLeft = true
    })
  } catch (error) {
    throw state.mayHaveLeft ? error : notSent(error as NodeJS.ErrnoException)
  }
}

function optionsOf({ method, url, headers }: Request, agent: Agent): RequestOptions {
  return { ...addressOf(url), method, path: `${url.pathname}${url.search}`, headers, agent }
}

function notNeeded(): AwsError {
  return new AwsError('AbortError', 'the answer is not needed any more')
}

/** What a request emits when it is given up: as long as it has no socket, nothing else says so. */
export const GIVEN_UP = 'givenUp'

/** Calls `onReady` when the first byte can leave. */
async function responseTo(
  start: () => ClientRequest,
  { body, signal }: Pick<Request, 'body' | 'signal'>,
  limits: typeof LIMITS,
  onReady: () => void,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = start()
    // A request without a socket emits no error when it is destroyed.
    const giveUp = (error: Error): void => {
      reject(error)
      sent.destroy(error)
      sent.emit(GIVEN_UP, error)
    }
    const end = (): void => giveUp(notNeeded())
    signal?.addEventListener('abort', end)
    const late = rejectAfter(limits.head, 'there was no answer', giveUp)
    const never = rejectAfter(limits.connect, NO_CONNECTION, giveUp)
    let hasResponse = false
    sent.on('socket', (socket) =>
      whenReady(socket, () => {
        clearTimeout(never)
        onReady()
      }),
    )
    sent.on('close', () => {
      signal?.removeEventListener('abort', end)
      for (const timer of [late, never]) clearTimeout(timer)
      // As after status 101, which no request asks for.
      if (!hasResponse)
        reject(new AwsError('NotAws', 'the connection was closed without an answer'))
    })
    sent.on('error', reject)
    sent.on('response', (response) => {
      hasResponse = true
      clearTimeout(late)
      // Only a proxy answers so, in place of AWS.
      if (response.statusCode === 407) giveUp(proxyRefusal(407))
      else readResponse(response, limits.end).then(resolve, reject)
    })
    sent.end(body)
  })
}

interface AnySocket extends Socket {
  readonly encrypted?: boolean
  /** Undocumented, and the only sign of the handshake of a connection that was made earlier. */
  readonly secureConnecting?: boolean
}

/** Node keeps what is written before the connection is made, and before TLS has accepted the certificate. */
function whenReady(socket: AnySocket, onReady: () => void): void {
  const { encrypted = false, secureConnecting, connecting } = socket
  if (!(encrypted ? secureConnecting : connecting)) onReady()
  else socket.once(encrypted ? 'secureConnect' : 'connect', onReady)
}

function notSent(error: NodeJS.ErrnoException): AwsError {
  if (error instanceof RequestNotSent) return error
  return new RequestNotSent(error.code ?? error.name, error.message, undefined, { cause: error })
}

/** The error for a proxy's status that came in place of a connection. */
export function proxyRefusal(status: number): RequestNotSent {
  const code = status === 407 ? PROXY_CREDENTIALS : 'ProxyRefused'
  return new RequestNotSent(code, `the proxy answered with status ${status}`)
}

/** IPv6 addresses are in brackets in a URL only. */
export function addressOf({ protocol, hostname, port }: URL): { host: string; port: number } {
  const host = hostname.replace(/^\[|\]$/g, '')
  return { host, port: Number(port || (protocol === 'https:' ? 443 : 80)) }
}

async function readResponse(response: IncomingMessage, limit: number): Promise<Response> {
  const late = rejectAfter(limit, 'the answer did not end', (error) => response.destroy(error))
  const chunks: Buffer[] = []
  let length = 0
  response.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length > LONGEST_RESPONSE)
      response.destroy(new AwsError('NotAws', 'the answer is longer than any of AWS’s'))
    else chunks.push(chunk)
  })
  const texts = Object.entries(response.headers).map(([name, value]) => [name, String(value)])
  const head = {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(texts) as Response['headers'],
  }
  return new Promise<Response>((resolve, reject) => {
    response.on('end', () => resolve({ ...head, body: Buffer.concat(chunks) })).on('error', reject)
  }).finally(() => clearTimeout(late))
}

/** Calls `reject` with a TimeoutError that says what did not happen in time. */
export function rejectAfter(
  milliseconds: number,
  what: string,
  reject: (error: AwsError) => void,
): NodeJS.Timeout {
  const message = `${what} within ${milliseconds / 1000} s`
  return setTimeout(() => reject(new AwsError('TimeoutError', message)), milliseconds)
}

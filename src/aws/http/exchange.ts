/** One HTTP request and its whole answer, by Node's own client: the SDK's takes longer to load than to be used. */
import type { Agent, IncomingMessage } from 'node:http'
import { AwsError } from '../api.ts'

/**
 * Milliseconds until a connection of TCP (through a proxy: until its answer), until the head of an answer, and
 * from there to its end.
 */
export const LIMITS = { connect: 10_000, head: 30_000, end: 30_000 }
export const NO_CONNECTION = 'no connection was made'
/** Bytes; a page of policies or buckets, the longest we ask for, has some megabytes. */
const LONGEST_ANSWER = 32 * 1024 * 1024

export interface Request {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
}

export interface Response {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Throws the system's or TLS's error, and AwsError for what takes too long or is too long. */
export async function exchange(request: Request, agent: Agent, limits = LIMITS): Promise<Response> {
  const { protocol } = request.url
  const client = await (protocol === 'https:' ? import('node:https') : import('node:http'))
  return new Promise((resolve, reject) => {
    const sent = client.request({ ...addressOf(request.url), ...requestOptions(request), agent })
    // A request that has no socket yet says nothing when it is destroyed.
    const giveUp = (error: Error): void => {
      reject(error)
      sent.destroy(error)
    }
    const late = rejectAfter(limits.head, 'there was no answer', giveUp)
    const never = rejectAfter(limits.connect, NO_CONNECTION, giveUp)
    let isAnswered = false
    sent.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => clearTimeout(never))
      else clearTimeout(never)
    })
    sent.on('close', () => {
      for (const timer of [late, never]) clearTimeout(timer)
      // As after 101, which nobody has asked for.
      if (!isAnswered) reject(new AwsError('NotAws', 'the connection was closed without an answer'))
    })
    sent.on('error', reject)
    sent.on('response', (response) => {
      isAnswered = true
      clearTimeout(late)
      readBody(response, limits.end).then(
        (body) => resolve({ ...readHead(response), body }),
        reject,
      )
    })
    sent.end(request.body)
  })
}

function requestOptions({ method, url, headers }: Request) {
  return { method, path: `${url.pathname}${url.search}`, headers }
}

/** Addresses of IPv6 stand in brackets in a URL, and nowhere else. */
export function addressOf({ protocol, hostname, port }: URL): { host: string; port: number } {
  const host = hostname.replace(/^\[|\]$/g, '')
  return { host, port: Number(port || (protocol === 'https:' ? 443 : 80)) }
}

function readHead({ statusCode = 0, headers }: IncomingMessage) {
  const entries = Object.entries(headers).map(([name, value]) => [name, String(value)])
  return { status: statusCode, headers: Object.fromEntries(entries) as Record<string, string> }
}

async function readBody(response: IncomingMessage, limit: number): Promise<Buffer> {
  const late = rejectAfter(limit, 'the answer did not end', (error) => response.destroy(error))
  const chunks: Buffer[] = []
  let length = 0
  response.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length > LONGEST_ANSWER)
      response.destroy(new AwsError('NotAws', 'the answer is longer than any of AWS’s'))
    else chunks.push(chunk)
  })
  return new Promise<Buffer>((resolve, reject) => {
    response.on('end', () => resolve(Buffer.concat(chunks))).on('error', reject)
  }).finally(() => clearTimeout(late))
}

/** Tells what has not happened in the time. */
export function rejectAfter(
  milliseconds: number,
  what: string,
  tell: (error: AwsError) => void,
): NodeJS.Timeout {
  const message = `${what} within ${milliseconds / 1000} s`
  return setTimeout(() => tell(new AwsError('TimeoutError', message)), milliseconds)
}

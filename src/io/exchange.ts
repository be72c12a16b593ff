/** One HTTP request and its whole answer, by Node's own client: the SDK's takes longer to load than to be used. */
import type { Agent, ClientRequest, IncomingMessage } from 'node:http'
import { AwsError } from '../context.ts'

/** Milliseconds until a connection, until the head of an answer, and from there to its end. */
const LIMITS = { connect: 10_000, head: 30_000, end: 30_000 }
/** Bytes; a page of policies or buckets, the longest we ask for, has some megabytes. */
const LONGEST_ANSWER = 32 * 1024 * 1024

export interface Request {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Throws the system's or TLS's error, and AwsError for what takes too long or is too long. */
export async function exchange(request: Request, agent: Agent, limits = LIMITS): Promise<Answer> {
  const { protocol } = request.url
  const client = await (protocol === 'https:' ? import('node:https') : import('node:http'))
  return new Promise((resolve, reject) => {
    const sent = client.request({ ...placeOf(request.url), ...wordsOf(request), agent })
    const late = giveUpAfter(sent, limits.head, 'there was no answer')
    sent.on('socket', (socket) => {
      if (!socket.connecting) return
      const never = giveUpAfter(sent, limits.connect, 'no connection was made')
      for (const event of ['connect', 'close']) socket.once(event, () => clearTimeout(never))
    })
    sent.on('close', () => clearTimeout(late))
    sent.on('error', reject)
    sent.on('response', (response) => {
      clearTimeout(late)
      whole(response, limits.end).then((body) => resolve({ ...headOf(response), body }), reject)
    })
    sent.end(request.body)
  })
}

function wordsOf({ method, url, headers }: Request) {
  return { method, path: `${url.pathname}${url.search}`, headers }
}

/** Addresses of IPv6 stand in brackets in a URL, and nowhere else. */
export function placeOf({ protocol, hostname, port }: URL): { host: string; port: number } {
  const host = hostname.replace(/^\[|\]$/g, '')
  return { host, port: Number(port || (protocol === 'https:' ? 443 : 80)) }
}

function headOf({ statusCode = 0, headers }: IncomingMessage) {
  const entries = Object.entries(headers).map(([name, value]) => [name, String(value)])
  return { status: statusCode, headers: Object.fromEntries(entries) as Record<string, string> }
}

async function whole(response: IncomingMessage, limit: number): Promise<Buffer> {
  const late = giveUpAfter(response, limit, 'the answer did not end')
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

function giveUpAfter(
  stream: ClientRequest | IncomingMessage,
  milliseconds: number,
  what: string,
): NodeJS.Timeout {
  const message = `${what} within ${milliseconds / 1000} s`
  return setTimeout(() => stream.destroy(new AwsError('TimeoutError', message)), milliseconds)
}

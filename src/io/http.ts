import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { HttpHandlerOptions } from '@smithy/types'
import type { HttpRequest, HttpResponse } from '@smithy/core/protocols'
import { getProxyForUrl } from 'proxy-from-env'
import { AwsError } from '../context.ts'
import { Failure } from '../failure.ts'
import { readyAgents, type ReadyAgents } from './ready-agent.ts'

const CONNECT_MS = 10_000
const ANSWER_MS = 30_000
/** Bytes; a page of policies or buckets, the longest we ask for, has some megabytes. */
const LONGEST_ANSWER = 32 * 1024 * 1024

export interface RequestHandler {
  /** What the SDK calls. */
  handle(request: HttpRequest, options?: HttpHandlerOptions): Promise<{ response: HttpResponse }>
  /** The same, with the whole text of the answer. */
  ask(request: HttpRequest): Promise<{ status: number; body: string }>
  /** Opens a connection for the next request to this address; what is returned gives it up. */
  prepare(url: URL): () => void
  /** Milliseconds the last answer's Date is ahead of this machine's clock. */
  clockOffset(): number | undefined
}

/**
 * Sends requests directly or, where HTTPS_PROXY, HTTP_PROXY and NO_PROXY say so, through a proxy;
 * the SDK reads neither these nor AWS_CA_BUNDLE itself.
 */
export async function requestHandler(
  caBundle: string | undefined,
  isDirect: boolean,
): Promise<RequestHandler> {
  const ca = caBundle === undefined ? undefined : await readBundle(caBundle)
  const handlers = new Map<string, Promise<NodeHttpHandler>>()
  const direct = readyAgents(ca)
  let offset: number | undefined
  const send = async (request: HttpRequest, options?: HttpHandlerOptions) => {
    const proxy = isDirect ? '' : proxyFor(request)
    const handler = handlers.get(proxy) ?? connectThrough(proxy, ca, direct)
    handlers.set(proxy, handler)
    const { response } = await (await handler).handle(request, options)
    const date = Date.parse(response.headers.date ?? '')
    if (!Number.isNaN(date)) offset = date - Date.now()
    return { response, chunks: await whole(response.body as Readable) }
  }
  return {
    clockOffset: () => offset,
    prepare: (url) => {
      // Through a proxy the first request does it all.
      const isProxied = !isDirect && getProxyForUrl(url.href) !== ''
      return isProxied ? () => undefined : direct.prepare(url)
    },
    handle: async (request, options) => {
      const { response, chunks } = await send(request, options)
      return { response: Object.assign(response, { body: Readable.from(chunks) }) }
    },
    ask: async (request) => {
      const { response, chunks } = await send(request)
      return { status: response.statusCode, body: Buffer.concat(chunks).toString('utf8') }
    },
  }
}

/** The limits of the handler end with the headers; a body may be as slow or as long as it likes. */
async function whole(body: Readable): Promise<Buffer[]> {
  const late = setTimeout(() => {
    const message = `the answer did not end within ${ANSWER_MS / 1000} s`
    body.destroy(new AwsError('TimeoutError', message))
  }, ANSWER_MS)
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > LONGEST_ANSWER)
        throw new AwsError('NotAws', 'the answer is longer than any of AWS’s')
      chunks.push(chunk)
    }
    return chunks
  } finally {
    clearTimeout(late)
  }
}

function proxyFor({ protocol, hostname, port }: HttpRequest): string {
  return getProxyForUrl(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`)
}

async function connectThrough(
  proxy: string,
  ca: string | undefined,
  { httpAgent, httpsAgent }: ReadyAgents,
): Promise<NodeHttpHandler> {
  const limits = {
    connectionTimeout: CONNECT_MS,
    requestTimeout: ANSWER_MS,
    throwOnRequestTimeout: true,
  }
  if (proxy === '') return new NodeHttpHandler({ ...limits, httpAgent, httpsAgent })
  const { proxyAgents } = await import('./proxy-agents.ts')
  return new NodeHttpHandler({ ...limits, ...proxyAgents(proxy, ca) })
}

async function readBundle(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    throw new Failure(
      'files',
      `The certificate bundle ${path} cannot be read.`,
      'look at AWS_CA_BUNDLE and ca_bundle',
    )
  }
}

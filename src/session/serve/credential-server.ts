/**
 * Credentials over HTTP for programs that outlive a session: the SDKs' container provider asks again
 * before they end (AWS SDKs and Tools Reference Guide, "Container credential provider").
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Session } from '../../aws/api.ts'
import type { Context, LoopbackAnswer, LoopbackRequest } from '../../context.ts'
import type { PromptChoice } from '../../mfa/prompts/prompts.ts'
import { readSource } from '../../profile/read-source.ts'
import { pathsOf } from '../../profile/paths.ts'
import { WORTH_KEEPING_MS } from '../acquire/mfa-client.ts'
import { createLookUp } from '../cache/look-up.ts'
import { isFreshEnough, type CachedSession } from '../model/session.ts'

/** After a renewal that failed, the next may ask a person again only after this. */
const REST_MS = 60_000

export interface CredentialServer {
  readonly url: string
  /** What a request must carry as its Authorization. */
  readonly token: string
  close(): void
}

export interface ServeOptions {
  readonly profile: string
  /** Milliseconds. */
  readonly minTtl: number
  readonly prompt: PromptChoice | undefined
}

/** Serves the sessions of a profile, which has one already, until closed. */
export async function serveCredentials(
  context: Context,
  serving: ServeOptions,
): Promise<CredentialServer> {
  const token = randomBytes(32).toString('base64url')
  const ended = new AbortController()
  const current = createSessionKeeper(context, serving, ended.signal)
  const server = await context.listen(async (request) => {
    const refusal = rejectRequest(request, token)
    if (refusal !== undefined) return refusal
    const session = await current()
    if (session !== undefined) return { status: 200, body: containerCredentials(session) }
    return { status: 500, body: { code: 'NoSession', message: 'mfa-login has no session' } }
  })
  return {
    url: `http://127.0.0.1:${server.port}/`,
    token,
    close: () => {
      server.close()
      ended.abort()
    },
  }
}

function rejectRequest(
  { method, path, authorization = '' }: LoopbackRequest,
  token: string,
): LoopbackAnswer | undefined {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  if (!timingSafeEqual(digest(authorization), digest(token))) return { status: 403, body: {} }
  return method === 'GET' && path === '/' ? undefined : { status: 404, body: {} }
}

/** The JSON the container provider expects; it has no word for the version. */
function containerCredentials(session: Session) {
  return {
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    Token: session.sessionToken,
    Expiration: session.expiration,
  }
}

/**
 * Looks for the session at each call. One that nears its end is still given, as SDKs wait for an answer
 * no longer than one to two seconds, while a new one is made.
 */
function createSessionKeeper(
  context: Context,
  serving: ServeOptions,
  signal: AbortSignal,
): () => Promise<CachedSession | undefined> {
  let renewal: Promise<void> | undefined
  let restUntil = 0
  const renew = async (): Promise<void> => {
    try {
      if (!(await runRenewal(context, serving, signal))) restUntil = context.now() + REST_MS
    } catch (error) {
      // Nobody may be waiting for this; the session at hand is still served.
      context.info(`mfa-login: the session was not renewed: ${(error as Error).message}`)
      restUntil = context.now() + REST_MS
    } finally {
      renewal = undefined
    }
  }
  return async () => {
    const found = await readCurrentSession(context, serving.profile)
    if (found !== undefined && isFreshEnough(found, serving.minTtl, context.now())) return found
    if (renewal === undefined && context.now() >= restUntil) renewal = renew()
    if (found !== undefined) return found
    await renewal
    return readCurrentSession(context, serving.profile)
  }
}

async function readCurrentSession(
  context: Context,
  profile: string,
): Promise<CachedSession | undefined> {
  const paths = pathsOf(context)
  const request = { profile }
  const source = await readSource(context, paths, request)
  const { roles } = source
  const find = createLookUp(context, paths, source, { request, minTtl: WORTH_KEEPING_MS, roles })
  return (await find())?.session
}

/** A process of its own, which can be ended while it asks for a code. */
async function runRenewal(
  context: Context,
  { profile, minTtl, prompt }: ServeOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const ttl = `${Math.ceil(minTtl / 1000)}s`
  const words = ['credential-process', '--profile', profile, '--min-ttl', ttl]
  if (prompt !== undefined) words.push('--prompt', prompt)
  const { env, self } = context
  return (await context.runInBackground([...self, ...words], { env, signal })) === 0
}

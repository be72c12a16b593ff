/**
 * Credentials over HTTP for programs that outlive a session: the container provider of the SDKs asks again
 * before they expire (AWS SDKs and Tools Reference Guide, "Container credential provider").
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Session } from '../../aws/api.ts'
import type { Context, LoopbackAnswer, LoopbackRequest } from '../../context.ts'
import type { PromptChoice } from '../../mfa/prompts/prompt-names.ts'
import { refreshSource } from '../../profile/read-source.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import { pathsOf } from '../../profile/paths.ts'
import { createLookUp } from '../cache/look-up.ts'
import { isUsable, WORTH_KEEPING_MS } from '../model/freshness.ts'
import type { CachedSession } from '../model/session.ts'

/** Milliseconds after a failed renewal in which no other one asks the person again. */
const REST_MS = 60_000

export type CredentialServer = Awaited<ReturnType<typeof serveCredentials>>

interface ServeOptions {
  readonly source: CredentialSource
  /** Milliseconds that a session must still live, else it is renewed. */
  readonly minTtl: number
  readonly prompt: PromptChoice | undefined
}

/** Serves the sessions of a source until closed; the cache has one already. */
export async function serveCredentials(context: Context, serving: ServeOptions) {
  const token = randomBytes(32).toString('base64url')
  const ended = new AbortController()
  const currentSession = createSessionProvider(context, serving, ended.signal)
  const server = await context.listen(async (request) => {
    const refusal = rejectRequest(request, token)
    if (refusal !== undefined) return refusal
    const session = await currentSession()
    if (session !== undefined) return { status: 200, body: containerCredentials(session) }
    return { status: 500, body: { code: 'NoSession', message: 'mfa-login has no session' } }
  })
  return {
    url: `http://127.0.0.1:${server.port}/`,
    /** The value that a request must have in its Authorization header. */
    token,
    close: (): void => {
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

/** The JSON that the container provider expects; unlike credential_process, it has no Version. */
function containerCredentials(session: Session) {
  return {
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    Token: session.sessionToken,
    Expiration: session.expiration,
  }
}

/**
 * Looks for the session at each call. SDKs wait one to two seconds for an answer: a session that is about to
 * expire is still served while a new one is created.
 */
function createSessionProvider(
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
      // The current session is still served, and nobody may be waiting for the new one.
      context.info(`mfa-login: the session was not renewed: ${(error as Error).message}`)
      restUntil = context.now() + REST_MS
    } finally {
      renewal = undefined
    }
  }
  const life = { minTtl: serving.minTtl, origin: 'default' } as const
  const readCurrent = createCacheReader(context, serving)
  return async () => {
    const session = await readCurrent()
    if (session !== undefined && isUsable(session, life, context.now())) return session
    if (renewal === undefined && context.now() >= restUntil) renewal = renew()
    if (session !== undefined) return session
    await renewal
    return readCurrent()
  }
}

/** Reads the cached session; the keys and the device may change while the command runs. */
function createCacheReader(context: Context, { source: first }: ServeOptions) {
  const paths = pathsOf(context)
  let source = first
  return async (): Promise<CachedSession | undefined> => {
    source = await refreshSource(context, paths, source)
    const requirements = { minTtl: WORTH_KEEPING_MS, roles: source.roles, isAnyLength: true }
    return (await createLookUp(context, paths, requirements)(source))?.session
  }
}

/** In a separate process, which can be ended while it asks for a code. */
async function runRenewal(
  context: Context,
  { source, minTtl, prompt }: ServeOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const ttl = `${Math.ceil(minTtl / 1000)}s`
  const words = ['credential-process', '--profile', source.profile, '--min-ttl', ttl]
  if (prompt !== undefined) words.push('--prompt', prompt)
  if (context.region !== undefined) words.push('--region', context.region)
  const { inherited: env, self } = context
  return (await context.runInBackground([...self, ...words], { env, signal })) === 0
}

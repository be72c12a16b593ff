import type { Context } from '../context.ts'
import { sentCode, type SentCode } from '../mfa/token-code.ts'
import type { Paths } from '../profile/paths.ts'
import type { RoleIdentity } from '../profile/roles.ts'
import { MIN_TTL_SECONDS } from './hit.ts'
import { cacheName, nameOf, processCredentials, readCached, type CachedSession } from './session.ts'

/** What a session is made from; another key or another device is another session. */
export interface Origin {
  readonly accessKeyId: string
  readonly serialNumber: string
}

export async function findCached(
  context: Context,
  { cache }: Paths,
  { accessKeyId, serialNumber }: Origin,
  roles: readonly RoleIdentity[] = [],
): Promise<CachedSession | undefined> {
  const name = cacheName(accessKeyId, serialNumber, roles)
  return readCached(await context.files.read(`${cache}/${name}`))
}

export async function storeCached(
  context: Context,
  { cache }: Paths,
  session: CachedSession,
): Promise<void> {
  await context.files.makePrivate(cache)
  const path = `${cache}/${nameOf(session)}`
  await context.files.replace(path, `${JSON.stringify(session, undefined, 2)}\n`)
  // After it: the launcher takes no answer that is older than the session.
  await context.files.replace(answerPath(path), answerFile(session))
}

/** What `bin/mfa-login-credentials` gives without Node, and before it the second until which it may. */
function answerFile(session: CachedSession): string {
  const until = Math.floor(Date.parse(session.expiration) / 1000) - MIN_TTL_SECONDS
  return `${until}\n${processCredentials(session)}`
}

function answerPath(path: string): string {
  return path.replace(/\.json$/, '.answer')
}

export async function listCached(context: Context, { cache }: Paths): Promise<CachedSession[]> {
  const names = (await context.files.list(cache)).filter((name) => name.endsWith('.json'))
  const texts = await Promise.all(names.map((name) => context.files.read(`${cache}/${name}`)))
  return texts.map(readCached).filter((session) => session !== undefined)
}

export async function forgetCached(
  context: Context,
  { cache }: Paths,
  session: CachedSession,
): Promise<void> {
  const path = `${cache}/${nameOf(session)}`
  await context.files.remove(answerPath(path))
  await context.files.remove(path)
}

/** The note of the last code sent for a device, so that no process sends it a second time. */
export interface SentNote {
  read(): Promise<SentCode | undefined>
  write(code: SentCode): Promise<void>
  remove(): Promise<void>
}

export function sentNote(context: Context, { cache }: Paths, origin: Origin): SentNote {
  const name = cacheName(origin.accessKeyId, origin.serialNumber).replace('.json', '.sent')
  const path = `${cache}/${name}`
  return {
    read: async () => readJson(await context.files.read(path)) as SentCode | undefined,
    write: async (code) => {
      await context.files.makePrivate(cache)
      await context.files.replace(path, JSON.stringify(code))
    },
    remove: async () => context.files.remove(path),
  }
}

/** Notes a code that another call than GetSessionToken spent. */
export async function noteSent(
  context: Context,
  paths: Paths,
  origin: Origin,
  code: string,
): Promise<void> {
  const note = sentNote(context, paths, origin)
  await note.write(sentCode(origin.serialNumber, code, context.now()))
}

/** JSON of our own writing; undefined where it is missing or damaged. */
export function readJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

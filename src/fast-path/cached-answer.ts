import { isUsable, type MinimumLife } from '../session/model/freshness.ts'
import { answerFileText } from '../session/model/answer-file.ts'
import {
  cacheFileName,
  credentialProcessJson,
  parseCachedSession,
} from '../session/model/session.ts'
import { readRequest, type AnswerRequest, type Env } from './indexed-answer.ts'
import type { Load } from './load.ts'
import {
  cachedPaths,
  readEntry,
  versionsOf,
  writeIndex,
  type ResolvedEntry,
} from './profile-index.ts'
import { readText, undefinedIfMissing } from './read-text.ts'

/**
 * `credential-process` from the cache without a valid index, by the rules of README.md; undefined if the whole
 * program must answer.
 *
 * `waitForHolder` is called on a miss with the lock path of the session, and may wait for the process that
 * holds the lock; it returns whether it waited. A session that was made since `startedAt`, milliseconds since
 * the epoch, is then good enough however short it is.
 */
export function cachedAnswer(
  argv: readonly string[],
  env: Env,
  startedAt: number,
  load: Load,
  waitForHolder: (lockPath: string) => boolean,
): string | undefined {
  try {
    const request = readRequest(argv, env)
    if (request === undefined) return undefined
    const { paths, life } = request
    const entry = resolveEntry(request, env, load)
    const answer = answerFrom(request, entry, life)
    if (answer !== undefined || entry === undefined) return answer
    if (!waitForHolder(`${paths.cache}/${entry.lockKey}`)) return undefined
    // Once more, as the holder may have stored the serial number too.
    const callerStartedAt = startedAt
    // All that waited would write an index, which loads node:crypto.
    const entryNow = { ...(resolveEntry(request, env, load) ?? entry), versions: undefined }
    return answerFrom(request, entryNow, { ...life, callerStartedAt })
  } catch {
    return undefined
  }
}

function answerFrom(
  { paths, profile }: AnswerRequest,
  entry: ResolvedEntry | undefined,
  life: MinimumLife & { readonly callerStartedAt?: number },
): string | undefined {
  if (entry?.cacheFile === undefined) return undefined
  const { cacheFile, lockKey: key, versions } = entry
  const [sessionPath, answerPath] = cachedPaths(paths, cacheFile)
  const cached = versionsOf([sessionPath, answerPath])
  const session = parseCachedSession(readText(sessionPath))
  // The content names its file: one that was moved to another name is not served.
  if (session === undefined || cacheFileName(session) !== cacheFile) return undefined
  if (!isUsable(session, life, Date.now())) return undefined
  if (versions !== undefined && [undefined, answerFileText(session)].includes(readText(answerPath)))
    writeIndex(paths, profile, { cacheFile, lockKey: key }, [...versions, ...cached])
  return credentialProcessJson(session)
}

/** The entry in the index where both files are as it says, else from the files. */
function resolveEntry(
  { paths, profile }: AnswerRequest,
  env: Env,
  load: Load,
): ResolvedEntry | undefined {
  const indexed = undefinedIfMissing(() => readEntry(paths, profile))
  if (indexed !== undefined) return { ...indexed.entry, versions: indexed.versions }
  return load('from-files').resolveFromFiles(paths, profile, env)
}

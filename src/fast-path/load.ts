import type { Paths } from '../profile/paths.ts'
import type { Env } from './indexed-answer.ts'
import type { ResolvedEntry } from './profile-index.ts'

/** The parts of the fast path that are loaded when they are needed, and what is called of each. */
interface Parts {
  readonly miss: {
    answerMiss(words: readonly string[], env: Env, load: Load): string | undefined
  }
  readonly 'from-files': {
    resolveFromFiles(paths: Paths, profile: string, env: Env): ResolvedEntry | undefined
  }
}

export type Load = <Name extends keyof Parts>(name: Name) => Parts[Name]

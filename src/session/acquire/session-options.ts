import type { PromptChoice } from '../../mfa/prompts/prompts.ts'
import type { CacheRequirements } from '../cache/look-up.ts'

/** What a caller requires of a session, and how to get a new one. */
export interface GetSessionOptions extends CacheRequirements {
  /** The devices of the key's user, where they are known. */
  readonly devices?: readonly string[] | undefined
  /** `--token-code`. */
  readonly tokenCode?: string | undefined
  readonly prompt?: PromptChoice | undefined
}

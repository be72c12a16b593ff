/** The shape of every way of asking for a code. A new one is a file of this shape and a line in `prompts.ts`. */
import type { Context } from '../../context.ts'

/** Every platform but macOS and Windows counts as Linux. */
export type Platform = 'linux' | 'macos' | 'windows'

export const ALL_PLATFORMS: readonly Platform[] = ['linux', 'macos', 'windows']

/** What tells which prompts may work, without trying them. */
export interface PromptEnvironment {
  /** As Node names it. */
  readonly platform: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** The account on a YubiKey that the profile names. */
  readonly keyAccount: string | undefined
}

/** Which code is asked for, and how long the person has. */
export interface CodeRequest {
  readonly profile: string
  readonly serialNumber: string
  /** The account on a YubiKey that the profile names. */
  readonly keyAccount: string | undefined
  /** Whether `--prompt` or MFA_LOGIN_PROMPT names the prompt. */
  readonly isChosen: boolean
  /** Seconds for each question; at a terminal only `deadline` counts. */
  readonly seconds: number
  /** When the calling program stops waiting (ms since the epoch). */
  readonly deadline: number | undefined
}

/** One way of asking a person for a token code. */
export interface CodePrompt<Name extends string = string> {
  /** As `--prompt` and MFA_LOGIN_PROMPT name it. */
  readonly name: Name
  /** Where it is tried without being chosen. */
  readonly platforms: readonly Platform[]
  /** Whether it is tried at all without being chosen; without this it is. */
  readonly isConfigured?: (environment: PromptEnvironment) => boolean
  /** Why it cannot work here, as far as that can be told without trying. */
  unavailable(environment: PromptEnvironment): string | undefined
  /** Throws PromptUnavailable. */
  open(context: Context, request: CodeRequest): Promise<OpenPrompt>
}

/** A prompt that is ready for questions. */
export interface OpenPrompt {
  /**
   * Asks once and returns a code of six digits; `problem` says what was wrong with the last one. Throws
   * PromptUnavailable, or a Failure `cancelled` if the person cancels or does not answer in time.
   */
  ask(problem: string | undefined): Promise<string>
  /** Waits until the authenticator shows the next code; returns the problem to show with the next question. */
  waitForNextCode(): Promise<string | undefined>
  close(): void
}

/** Nobody could be asked; the message is the reason, such as `not installed`. */
export class PromptUnavailable extends Error {
  override readonly name = 'PromptUnavailable'
}

type Env = PromptEnvironment['env']

/** The value of the first variable that is set and not empty. */
export function firstNonEmpty(env: Env, ...names: readonly string[]): string | undefined {
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== '')
}

export function hasDisplay(env: Env): boolean {
  return firstNonEmpty(env, 'DISPLAY', 'WAYLAND_DISPLAY') !== undefined
}

/** `unavailable` of prompts that open a window on X11 or Wayland. */
export function requireDisplay({ env }: PromptEnvironment): string | undefined {
  return hasDisplay(env) ? undefined : 'no DISPLAY or WAYLAND_DISPLAY'
}

/**
 * The shape of every way of asking for a code. A new one is a file of this shape, named in `prompt-names.ts` and
 * `prompts.ts`.
 */
import type { Context, TimeLimit } from '../../context.ts'
import { untilNextCode } from '../token-code.ts'
import { noAnswer } from './time-limit.ts'

/** As Node names them; every other one counts as Linux. */
export const ALL_PLATFORMS = ['linux', 'darwin', 'win32'] as const
export type Platform = (typeof ALL_PLATFORMS)[number]

/** What says which prompts may work, without trying them. */
export interface PromptEnvironment extends Pick<Context, 'env' | 'platform' | 'isInteractive'> {
  /** The account on a YubiKey that the profile names. */
  readonly keyAccount: string | undefined
}

/** Which code is asked for, and how long the person has. */
export interface CodeRequest extends Pick<PromptEnvironment, 'keyAccount'> {
  readonly profile: string
  readonly serialNumber: string
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
  /** Whether it is tried after all others here. */
  readonly isLast?: (environment: PromptEnvironment) => boolean
  /** Why it cannot work here, as far as that is known without trying. */
  readonly unavailable?: (environment: PromptEnvironment) => string | undefined
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

export function hasDisplay(env: Context['env']): boolean {
  return (env.DISPLAY ?? env.WAYLAND_DISPLAY) !== undefined
}

/** `unavailable` of prompts that open a window on X11 or Wayland. */
export function requireDisplay({ env }: PromptEnvironment): string | undefined {
  return hasDisplay(env) ? undefined : 'no DISPLAY or WAYLAND_DISPLAY'
}

/** The time left for a question asked at `now` (ms since the epoch). Throws the limit's Failure if none is left. */
export function questionLimit(request: CodeRequest, now: number): TimeLimit {
  const most = request.seconds * 1000
  const left = request.deadline === undefined ? most : request.deadline - now
  const failure = noAnswer(request.profile, request.seconds)
  if (left <= 0) throw failure
  return { milliseconds: Math.min(most, left), failure }
}

/** Milliseconds until the next code. Throws a Failure if no time is left then to ask for it. */
export function pauseForNextCode(request: CodeRequest, now: number): number {
  const pause = untilNextCode(now)
  if (request.deadline !== undefined) questionLimit(request, now + pause)
  return pause
}

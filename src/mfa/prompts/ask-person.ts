import type { Context, TimeLimit, Terminal } from '../../context.ts'
import { cancelled, Failure } from '../../failure.ts'
import type { Answer, Asking, Question } from './asking.ts'
import { sanitize } from '../../sanitize.ts'
import { askingBy } from './asking-by.ts'
import { unfit, type PromptChoice, type PromptName } from './prompt-choice.ts'
import { isTokenCode, normalizeCode, untilNextCode } from '../token-code.ts'

export interface Wanted {
  readonly profile: string
  readonly serialNumber: string
  /** The account on a YubiKey, where one is named. */
  readonly keyAccount: string | undefined
  /** How long a question waits; at a terminal only as `until` says. */
  readonly seconds: number
  /** When whoever runs us stops waiting, in milliseconds since the epoch. */
  readonly until: number | undefined
}

/** A code, or why nobody was asked. */
type Asked = Extract<Answer, { kind: 'typed' | 'unable' }>

/** One way of asking. */
export interface Prompter {
  /** Throws a Failure: `cancelled`, or where nobody answered in time. */
  ask(problem: string | undefined): Promise<Asked>
  /** Waits for the next code; what to say with the next question. */
  waitForAnother(): Promise<string | undefined>
  close(): void
}

/** Opens a way of asking, or says why it cannot be. */
export async function openPrompt(
  context: Context,
  name: PromptName,
  wanted: Wanted,
  choice: PromptChoice,
): Promise<Prompter | string> {
  const why = unfit(name, context.platform, context.env)
  if (why !== undefined) return why
  if (name !== 'terminal') {
    const account = wanted.keyAccount ?? wanted.serialNumber
    return ofProgram(context, wanted, await askingBy(context, name, account, choice))
  }
  const terminal = await context.openTerminal()
  return terminal === undefined ? 'none here' : ofTerminal(context, wanted, terminal)
}

function ofTerminal(context: Context, wanted: Wanted, terminal: Terminal): Prompter {
  const question = `MFA code for ${wanted.profile} (${wanted.serialNumber})`
  const check = (answer: string): string | undefined =>
    isTokenCode(normalizeCode(answer)) ? undefined : NO_CODE
  return {
    ask: async (problem) => {
      if (problem !== undefined) terminal.write(`${problem}\n`)
      const limit = wanted.until === undefined ? undefined : limitOf(wanted, context.now())
      return { kind: 'typed', text: await terminal.ask(question, check, limit) }
    },
    waitForAnother: async () => {
      const pause = pauseOf(wanted, context.now())
      const line = (seconds: number): string =>
        `That code has been used; the next one comes in ${seconds} s. `
      await terminal.wait(pause, line)
      return undefined
    },
    close: () => {
      terminal.close()
    },
  }
}

const NO_CODE = 'A code has six digits.'
/** Answers that are no code before a program is held to be broken. */
const MOST_MISFITS = 5

function ofProgram(
  context: Context,
  wanted: Wanted,
  begin: (question: Question) => Asking,
): Prompter {
  return {
    ask: async (problem) => {
      let why = problem
      for (let misfits = 0; misfits < MOST_MISFITS; misfits += 1) {
        const limit = limitOf(wanted, context.now())
        const seconds = limit.milliseconds / 1000
        const asking = begin({ ...wanted, problem: why, seconds })
        const answer = await answerOf(context, asking, limit)
        if (answer.kind !== 'typed' || isTokenCode(normalizeCode(answer.text))) return answer
        why = NO_CODE
      }
      return { kind: 'unable', why: 'it gave no six-digit code' }
    },
    waitForAnother: async () => {
      await context.sleep(pauseOf(wanted, context.now()))
      return 'That code had been used already. The one that is shown now?'
    },
    close: () => undefined,
  }
}

async function answerOf(context: Context, asking: Asking, limit: TimeLimit): Promise<Asked> {
  const { command, onLine } = asking
  const env = { ...context.env, ...asking.env }
  // The terminal itself: SDKs keep stderr to themselves, and nobody would know what to touch.
  const terminal = asking.talks === true ? await context.openTerminal() : undefined
  const onStderr = (text: string): void =>
    terminal?.write(text.split('\n').map(sanitize).join('\n'))
  try {
    const talk = { env, onStderr, limit, ...(onLine && { onLine }) }
    const answer = asking.answer(await context.converse(command, talk))
    if (answer.kind === 'cancelled') throw cancelled()
    if (answer.kind === 'late') throw limit.failure
    return answer.kind === 'instead' ? await answerOf(context, answer.asking, limit) : answer
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    if (error.exit === 'notFound') return { kind: 'unable', why: 'not installed' }
    if (error.exit === 'notExecutable') return { kind: 'unable', why: error.message }
    throw error
  } finally {
    terminal?.close()
  }
}

/** What is left for a question. Throws the limit’s Failure where that is nothing. */
function limitOf(wanted: Wanted, now: number): TimeLimit {
  const most = wanted.seconds * 1000
  const milliseconds = wanted.until === undefined ? most : Math.min(most, wanted.until - now)
  const failure = tooLate(wanted)
  if (milliseconds <= 0) throw failure
  return { milliseconds, failure }
}

/** Milliseconds until the next code. Throws where the question for it would come too late. */
function pauseOf(wanted: Wanted, now: number): number {
  const pause = untilNextCode(now)
  if (wanted.until !== undefined) limitOf(wanted, now + pause)
  return pause
}

/** As a cancel for those who wait for the same session: the person is not there for them either. */
function tooLate({ profile, seconds }: Wanted): Failure {
  return new Failure(
    'cancelled',
    `Within ${seconds} s nobody gave an MFA code for profile ${profile}.`,
    `mfa-login --profile ${profile} in a terminal; MFA_LOGIN_PROMPT_TIMEOUT sets the time`,
  )
}

import type { Context } from '../context.ts'
import { Failure, usageFailure } from '../failure.ts'
import { noAnswer, promptSeconds } from './prompts/time-limit.ts'
import { promptFromEnvironment, type PromptChoice } from './prompts/prompt-names.ts'
import { openFirstPrompt } from './prompts/prompts.ts'
import { codeProblem, normalizeCode, untilNextCode } from './token-code.ts'

/** Where token codes come from. */
export interface CodeSource {
  readonly kind: 'given' | 'process' | 'prompt'
  /** How many codes STS may refuse before the login fails. */
  readonly tries: number
  next(): Promise<string>
  /** STS refused the last code; `reason` is shown with the next question. */
  reportRefusal(reason: string): Promise<void>
  /** The last code was sent before: waits until the authenticator shows the next one. */
  waitForNextCode(): Promise<void>
  close(): void
}

interface CodeSourceOptions {
  /** `--token-code`: a code, or `-` for stdin. */
  readonly tokenCode: string | undefined
  /** A command line that prints a code (aws-vault's `mfa_process`). */
  readonly mfaProcess: string | undefined
  /** `--prompt`. */
  readonly prompt: PromptChoice | undefined
  /** The account on a YubiKey that the profile names. */
  readonly keyAccount: string | undefined
  /** When the calling SDK started its time limit (ms since the epoch); undefined without one. */
  readonly callerStartedAt: number | undefined
  readonly profile: string
  readonly serialNumber: string
}

/** `--token-code`, then `--prompt`, then the profile's `mfa_process`, then MFA_LOGIN_PROMPT. Throws a Failure. */
export async function codeSource(
  context: Context,
  options: CodeSourceOptions,
): Promise<CodeSource> {
  const { tokenCode, mfaProcess, prompt, profile } = options
  if (tokenCode !== undefined) return givenCode(context, tokenCode, profile)
  const isPromptChosen = prompt !== undefined && prompt !== 'auto'
  if (mfaProcess !== undefined && !isPromptChosen) return processCode(context, mfaProcess, options)
  const choice = prompt ?? promptFromEnvironment(context.env) ?? 'auto'
  return promptedCode(context, options, choice)
}

async function givenCode(
  context: Context,
  tokenCode: string,
  profile: string,
): Promise<CodeSource> {
  context.debug.log(`token code from ${tokenCode === '-' ? 'stdin' : '--token-code'}`)
  const text = tokenCode === '-' ? await context.readStdinLine() : tokenCode
  const problem = codeProblem(text, 'A token code has six digits.')
  if (problem !== undefined) throw usageFailure(problem, '--token-code 123456')
  const code = normalizeCode(text)
  return {
    kind: 'given',
    tries: 1,
    next: () => Promise.resolve(code),
    reportRefusal: () => Promise.resolve(),
    waitForNextCode: () => {
      const seconds = Math.ceil(untilNextCode(context.now()) / 1000)
      throw new Failure(
        'refused',
        'This code was already used; a code works only once.',
        `in ${seconds} s, with the next code: mfa-login --profile ${profile}`,
      )
    },
    close: () => undefined,
  }
}

/** For the clocks of other programs: their next code may come a moment late. */
const PROCESS_MARGIN_MS = 500

/** It is run once more where its code is refused or was used before: it may show the same one forever. */
const MAX_RUNS = 2
/** Of a run without a deadline, in milliseconds. */
const MAX_RUN_MS = 120_000

function processCode(
  context: Context,
  commandLine: string,
  { profile, callerStartedAt }: CodeSourceOptions,
): CodeSource {
  context.debug.log('token code from mfa_process')
  let runs = 0
  const { seconds, deadline } = timesOf(context, callerStartedAt)
  const timeLeft = (now: number): number => {
    const left = (deadline ?? Infinity) - now
    if (left > 0) return left
    throw noAnswer(profile, seconds)
  }
  const waitForNextCode = async (problem: string): Promise<void> => {
    if (runs >= MAX_RUNS)
      throw new Failure('refused', problem, 'run the command in mfa_process by hand')
    const pause = untilNextCode(context.now()) + PROCESS_MARGIN_MS
    timeLeft(context.now() + pause)
    await context.sleep(pause)
  }
  return {
    kind: 'process',
    tries: MAX_RUNS,
    next: async () => {
      runs += 1
      const limit = Math.min(timeLeft(context.now()), MAX_RUN_MS)
      const text = await context.outputOf(commandLine, limit)
      const rule = 'The command in mfa_process did not print a six-digit code.'
      const problem = codeProblem(text, rule)
      if (problem === undefined) return normalizeCode(text)
      throw new Failure('noCodeSource', problem, 'run it by hand and check its first line')
    },
    reportRefusal: waitForNextCode,
    waitForNextCode: async () =>
      waitForNextCode('The command in mfa_process printed only used codes.'),
    close: () => undefined,
  }
}

/** How long a person or program has for a code, and until when (ms since the epoch) where an SDK waits. */
function timesOf({ env }: Context, callerStartedAt: number | undefined) {
  const seconds = promptSeconds(env)
  const deadline = callerStartedAt === undefined ? undefined : callerStartedAt + seconds * 1000
  return { seconds, deadline }
}

async function promptedCode(
  context: Context,
  { profile, serialNumber, keyAccount, callerStartedAt }: CodeSourceOptions,
  choice: PromptChoice,
): Promise<CodeSource> {
  const times = timesOf(context, callerStartedAt)
  const request = { profile, serialNumber, keyAccount, ...times }
  const prompt = await openFirstPrompt(context, request, choice)
  let problem: string | undefined
  return {
    kind: 'prompt',
    tries: 3,
    next: async () => prompt.ask(problem),
    reportRefusal: (reason) => {
      problem = reason
      return Promise.resolve()
    },
    waitForNextCode: async () => {
      problem = await prompt.waitForNextCode()
    },
    close: () => prompt.close(),
  }
}

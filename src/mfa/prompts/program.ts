/** Asks with another program: its description is pure, here it is run. */
import type { Context, ProcessResult, TimeLimit } from '../../context.ts'
import { cancelled, Failure } from '../../failure.ts'
import { toOneLine } from '../../sanitize.ts'
import { codeProblem, normalizeCode } from '../token-code.ts'
import {
  pauseForNextCode,
  PromptUnavailable,
  questionLimit,
  type CodePrompt,
} from './code-prompt.ts'
import type { CodeQuestion } from './question.ts'

/** How a program is run to ask one question, and what its end means. */
export interface PromptProgram {
  readonly command: readonly string[]
  /** Variables to add to the environment. */
  readonly env?: Readonly<Record<string, string>>
  /** The reply to a line that the program prints. */
  readonly onLine?: (line: string) => string | undefined
  /** Whether the program may ask on the terminal; its stderr, which SDKs hide, is shown there too. */
  readonly usesTerminal?: boolean
  readonly result: (end: ProcessResult) => ProgramResult
}

export type ProgramResult =
  | { readonly kind: 'typed'; readonly text: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'timed-out' }
  /** Nobody was asked. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** Run this program instead. */
  | { readonly kind: 'instead'; readonly program: PromptProgram }

/** The first line of what a program printed, or why it failed. */
export function typedOrFailure(end: ProcessResult): ProgramResult {
  if (end.code !== 0) return explainFailure(end)
  return { kind: 'typed', text: end.stdout.split('\n')[0] ?? '' }
}

/** Why a program failed: the line of its stderr that says so, else its exit code. */
export function explainFailure({ code, stderr }: ProcessResult): ProgramResult {
  const line = stderr.split('\n').find((each) => /error|cannot|could not|failed/i.test(each))
  const end = code === undefined ? 'a signal ended it' : `exit code ${code}`
  return { kind: 'unavailable', reason: line === undefined ? end : toOneLine(line).slice(0, 160) }
}

/** Answers in a row that are not codes, after which the program counts as broken. */
const MAX_INVALID_ANSWERS = 5

/** `open` of a prompt that runs a program for each question. */
export function openProgram(
  describe: (question: CodeQuestion) => PromptProgram,
): CodePrompt['open'] {
  return async (context, request) =>
    Promise.resolve({
      ask: async (firstProblem) => {
        let problem = firstProblem
        for (let answers = 0; answers < MAX_INVALID_ANSWERS; answers += 1) {
          const limit = questionLimit(request, context.now())
          const { profile, serialNumber } = request
          const seconds = limit.milliseconds / 1000
          const program = describe({ profile, serialNumber, problem, seconds })
          const text = await runProgram(context, program, limit)
          problem = codeProblem(text)
          if (problem === undefined) return normalizeCode(text)
        }
        throw new PromptUnavailable('it gave no six-digit code')
      },
      waitForNextCode: async () => {
        await context.sleep(pauseForNextCode(request, context.now()))
        return 'That code was already used. Which one is shown now?'
      },
      close: () => undefined,
    })
}

/** Returns what the person typed. */
async function runProgram(
  context: Context,
  program: PromptProgram,
  limit: TimeLimit,
): Promise<string> {
  const result = program.result(await runOnce(context, program, limit))
  switch (result.kind) {
    case 'typed':
      return result.text
    case 'cancelled':
      throw cancelled()
    case 'timed-out':
      throw limit.failure
    case 'unavailable':
      throw new PromptUnavailable(result.reason)
    case 'instead':
      return runProgram(context, result.program, limit)
  }
}

async function runOnce(
  context: Context,
  { command, env, onLine, usesTerminal = false }: PromptProgram,
  limit: TimeLimit,
): Promise<ProcessResult> {
  const terminal = usesTerminal ? await context.openTerminal() : undefined
  const onStderr = (text: string): void => terminal?.write(text)
  try {
    return await context.converse(command, {
      env: { ...context.inherited, ...env },
      onLine,
      onStderr,
      usesTerminal,
      limit,
    })
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    if (error.exit === 'notFound') throw new PromptUnavailable('not installed')
    if (error.exit === 'notExecutable') throw new PromptUnavailable(error.message)
    throw error
  } finally {
    terminal?.close()
  }
}

import type { TypedAhead } from '../../context.ts'
import { beginningOfCode, codeProblem, normalizeCode } from '../token-code.ts'
import {
  ALL_PLATFORMS,
  pauseForNextCode,
  PromptUnavailable,
  questionLimit,
  type CodePrompt,
} from './code-prompt.ts'
import { questionLine } from './question.ts'

/** The controlling terminal, wherever stdin, stdout and stderr lead. */
export const terminal: CodePrompt<'terminal'> = {
  name: 'terminal',
  platforms: ALL_PLATFORMS,
  open: async (context, request) => {
    const opened = await context.openTerminal()
    if (opened === undefined) {
      const isTaken = context.isTerminalTaken()
      throw new PromptUnavailable(isTaken ? 'another program is using it' : 'none here')
    }
    let typedAhead: TypedAhead | undefined
    return {
      ask: async (problem) => {
        if (problem !== undefined) opened.write(`${problem}\n`)
        // Without a deadline a terminal waits for as long as the person needs.
        const limit =
          request.deadline === undefined ? undefined : questionLimit(request, context.now())
        const options = { limit, isProvisional: true, ...(typedAhead && { initial: typedAhead }) }
        typedAhead = undefined
        return normalizeCode(await opened.ask(questionLine(request), codeProblem, options))
      },
      waitForNextCode: async () => {
        const line = (seconds: number): string =>
          `That code has been used; the next one comes in ${seconds} s. `
        const typed = await opened.wait(pauseForNextCode(request, context.now()), line)
        typedAhead = beginningOfCode(typed)
        return undefined
      },
      close: () => opened.close(),
    }
  },
}

import type { Context, Terminal } from '../context.ts'
import { normalizeCode } from '../mfa/token-code.ts'
import {
  firstCodeProblem,
  judgePair,
  secondCodeProblem,
  untilSecond,
  type TypedCode,
} from './code-pair.ts'

/** Asks for two codes in a row until there are two that AWS can accept. Throws a Failure `cancelled`. */
export async function askCodes(
  context: Context,
  terminal: Terminal,
  seed: string | undefined,
): Promise<[string, string]> {
  const ask = async (
    question: string,
    problemOf: (text: string, now: number) => string | undefined,
  ): Promise<TypedCode> => {
    const text = await terminal.ask(question, (answer) => problemOf(answer, context.now()))
    return { code: normalizeCode(text), at: context.now() }
  }
  const askFirst = async (): Promise<TypedCode> =>
    ask('The code it shows', (text, now) => firstCodeProblem(seed, text, now))
  const askSecond = async (first: TypedCode): Promise<TypedCode> => {
    const wait = untilSecond(seed, first, context.now())
    await terminal.wait(wait, (seconds) => `It shows the next one in ${seconds} s. `)
    return ask('The next code', (text, now) => secondCodeProblem(seed, first, text, now))
  }
  let first = await askFirst()
  for (;;) {
    const second = await askSecond(first)
    switch (judgePair(seed, first, second, context.now())) {
      case 'ready':
        return [first.code, second.code]
      case 'skipped':
        terminal.write('A code in between was skipped, so this one counts as the first.\n')
        first = second
        break
      case 'late':
        terminal.write('These codes are too old by now. Two fresh ones, please.\n')
        first = await askFirst()
    }
  }
}

import type { Context, Terminal } from '../context.ts'
import { normalizeCode } from '../mfa/token-code.ts'
import {
  firstCodeProblem,
  judgePair,
  secondCodeProblem,
  untilSecond,
  type TypedCode,
} from './code-pair.ts'

const formatWait = (seconds: number): string => `It shows the next one in ${seconds} s. `

/** Asks for two codes in a row until there are two that AWS can accept. Throws a Failure `cancelled`. */
export async function askCodes(
  context: Context,
  terminal: Terminal,
  seed: string | undefined,
): Promise<[string, string]> {
  let first = await askFirst(context, terminal, seed)
  for (;;) {
    const second = await askSecond(context, terminal, seed, first)
    switch (judgePair(seed, first, second, context.now())) {
      case 'ready':
        return [first.code, second.code]
      case 'skipped':
        terminal.write('A code in between was skipped, so this one counts as the first.\n')
        first = second
        break
      case 'late':
        terminal.write('These codes are too old by now. Two fresh ones, please.\n')
        first = await askFirst(context, terminal, seed)
    }
  }
}

async function askFirst(
  context: Context,
  terminal: Terminal,
  seed: string | undefined,
): Promise<TypedCode> {
  const check = (text: string): string | undefined => firstCodeProblem(seed, text, context.now())
  const code = normalizeCode(await terminal.ask('The code it shows', check))
  return { code, at: context.now() }
}

async function askSecond(
  context: Context,
  terminal: Terminal,
  seed: string | undefined,
  first: TypedCode,
): Promise<TypedCode> {
  await terminal.wait(untilSecond(seed, first, context.now()), formatWait)
  const check = (text: string): string | undefined =>
    secondCodeProblem(seed, first, text, context.now())
  const code = normalizeCode(await terminal.ask('The next code', check))
  return { code, at: context.now() }
}

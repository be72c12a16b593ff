import type { Context } from './context.ts'
import { Failure, usageFailure } from './failure.ts'

/** Asks before a change. `command` makes the change without asking. Throws a Failure if the answer is no. */
export async function requireConsent(
  context: Context,
  question: string,
  command: string,
): Promise<void> {
  const terminal = await context.openTerminal()
  if (terminal === undefined) {
    throw usageFailure('There is no terminal to ask for consent.', command)
  }
  try {
    if (await terminal.confirm(question)) return
  } finally {
    terminal.close()
  }
  throw new Failure('cancelled', 'Nothing was changed.')
}

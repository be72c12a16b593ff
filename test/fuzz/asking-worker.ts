/** Asks one question of the list of kinds after the other at its terminal, and prints each answer. */
import { Failure } from '../../src/failure.ts'
import { openTerminal } from '../../src/platform/terminal/terminal.ts'
import { CANCELED, CHOICES, type Kind } from './keys.ts'

const anything = (): undefined => undefined

async function ask(kind: Kind, question: string): Promise<string> {
  const terminal = await openTerminal()
  if (terminal === undefined) throw new Error('no terminal')
  try {
    switch (kind) {
      case 'line':
        return await terminal.ask(question, anything)
      case 'code':
        return await terminal.ask(question, anything, { isProvisional: true })
      case 'secret':
        return await terminal.askSecret(question, anything)
      case 'choice':
        return await terminal.choose(question, CHOICES)
      case 'yes-no':
        return String(await terminal.confirm(question))
    }
  } catch (error) {
    if (error instanceof Failure && error.exit === 'cancelled') return CANCELED
    throw error
  } finally {
    terminal.close()
  }
}

for (const [index, kind] of (JSON.parse(process.argv[2] ?? '') as Kind[]).entries()) {
  process.stdout.write(`${JSON.stringify(await ask(kind, `Question ${index}?`))}\n`)
}

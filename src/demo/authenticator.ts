import type { Context, Terminal } from '../context.ts'
import { codeAt, type Device } from '../local-aws/index.ts'
import { STEP_MS } from '../mfa/token-code.ts'

const LISTED_STEPS = 8

/** A list of the codes of the next minutes, for people without an authenticator app at hand. */
function listCodes(device: Device, now: number): string {
  const start = Math.floor(now / STEP_MS) * STEP_MS
  const lines = Array.from({ length: LISTED_STEPS }, (_, step) => {
    const time = start + step * STEP_MS
    return `   from ${new Date(time).toTimeString().slice(0, 8)}  ${codeAt(device, time)}\n`
  })
  return lines.join('')
}

/** A terminal that lists the codes before the first question, where a QR code above does not scroll them away. */
export function listCodesAtQuestion(
  context: Context,
  terminal: Terminal,
  device: Device,
): Terminal {
  let isListed = false
  return {
    ...terminal,
    get size() {
      return terminal.size
    },
    ask: async (...question) => {
      if (!isListed) {
        const codes = listCodes(device, context.now())
        terminal.write(`Or use these codes:\n${codes}\n`)
      }
      isListed = true
      return terminal.ask(...question)
    },
  }
}

/**
 * A terminal that prints each question and answers it: with the codes of the last step and of the current step
 * in turn, which AWS accepts without a wait.
 */
export function createAnsweringTerminal(context: Context, device: Device): Terminal {
  let questions = 0
  const indented = (text: string): string => text.replace(/^(?=.)/gm, '   ')
  return {
    size: { columns: 80, rows: 60 },
    write: (text) => context.print(indented(text)),
    ask: async (question) => {
      questions += 1
      const code = codeAt(device, context.now() + (questions % 2 === 1 ? -STEP_MS : 0))
      context.print(indented(`${question}: ${code}\n`))
      return Promise.resolve(code)
    },
    askSecret: async () => Promise.resolve(''),
    choose: async (_, [first = '']) => Promise.resolve(first),
    confirm: async () => Promise.resolve(true),
    wait: async (milliseconds) => {
      await context.sleep(milliseconds)
      return { text: '', isEntered: false }
    },
    close: () => undefined,
  }
}

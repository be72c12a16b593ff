/** An authenticator app for people who try the demo without a phone at hand. */
import type { Context, Terminal } from '../context.ts'
import { codeAt, type Device } from '../local-aws/index.ts'
import { STEP_MS } from '../mfa/token-code.ts'

const SHOWN_STEPS = 8

/** What the app will show in the next minutes, by this machine's clock. */
export function codeTable(device: Device, now: number): string {
  const begin = Math.floor(now / STEP_MS) * STEP_MS
  const lines = Array.from({ length: SHOWN_STEPS }, (_, step) => {
    const time = begin + step * STEP_MS
    return `   from ${new Date(time).toTimeString().slice(0, 8)}  ${codeAt(device, time)}\n`
  })
  return lines.join('')
}

/**
 * A terminal that answers by itself: with the codes of the last step and of this one, so that nobody
 * has to wait. What it is told and asked goes to `out`.
 */
export function selfAnswering(context: Context, device: Device): Terminal {
  let asked = 0
  const indented = (text: string): string => text.replace(/^(?=.)/gm, '   ')
  return {
    write: (text) => context.print(indented(text)),
    ask: async (question) => {
      asked += 1
      const code = codeAt(device, context.now() + (asked % 2 === 1 ? -STEP_MS : 0))
      context.print(indented(`${question}: ${code}\n`))
      return Promise.resolve(code)
    },
    askSecret: async () => Promise.resolve(''),
    choose: async (_, [first = '']) => Promise.resolve(first),
    confirm: async () => Promise.resolve(true),
    wait: async (milliseconds) => context.sleep(milliseconds),
    close: () => undefined,
  }
}

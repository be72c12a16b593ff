/**
 * Asks on the controlling terminal, never on stdin, stdout or stderr: those belong to the calling program, which
 * is an SDK in the case of credential_process.
 */
import { openSync } from 'node:fs'
import { ReadStream, WriteStream } from 'node:tty'
import type { TimeLimit, Terminal, TypedAhead } from '../../context.ts'
import { cancelled } from '../../failure.ts'
import { sanitize, sanitizeLines } from '../../sanitize.ts'
import { whileAsking } from '../files/held-locks.ts'
import { isTerminalTaken, ownTerminalName } from '../process/process-state.ts'
import { NOTHING, type LineQuestion } from './asking.ts'
import { Keys } from './keys.ts'
import { edit, lineOf, textOf } from './line-editor.ts'
import { plainAsking } from './plain.ts'
import { restoreAtEnd } from './restore-at-end.ts'

const TICK_MS = 200
const SHOW_CURSOR = '\u001B[?25h'

export async function openTerminal(): Promise<Terminal | undefined> {
  if (isTerminalTaken()) return undefined
  const [reading, writing] =
    process.platform === 'win32' ? ['\\\\.\\CONIN$', '\\\\.\\CONOUT$'] : ['/dev/tty', '/dev/tty']
  const input = openDescriptor(reading)
  const output = openDescriptor(writing)
  if (input === undefined || output === undefined) return undefined
  return terminalOn(new ReadStream(input), new WriteStream(output))
}

function openDescriptor(path: string): number | undefined {
  try {
    // Windows changes the mode of a console only with both rights.
    return openSync(path, 'r+')
  } catch {
    return undefined
  }
}

/** Whether the terminal has no escape sequences (terminfo, `dumb`); without TERM, nothing is known of it. */
function isDumb(): boolean {
  const { TERM } = process.env
  return TERM === 'dumb' || (!TERM && process.platform !== 'win32')
}

async function terminalOn(input: ReadStream, output: WriteStream): Promise<Terminal> {
  const place = `on ${ownTerminalName()}`
  const stopMeasuring = measureAgain(output)
  const stopRestoring = restoreAtEnd(input, output, isDumb() ? '' : SHOW_CURSOR)
  output.on('error', () => undefined)
  const keys = new Keys(input)
  const asking = isDumb()
    ? plainAsking(keys, output)
    : (await import('./drawn.ts')).drawnAsking(keys, output)
  const answerTo = async <T>(ask: () => Promise<T | undefined>, limit?: TimeLimit): Promise<T> =>
    whileAsking(place, async () => keys.during(async () => withLimit(keys, ask, limit)))
  const askLine = async (question: LineQuestion, limit: TimeLimit | undefined): Promise<string> => {
    const end = Date.now() + (limit?.milliseconds ?? 0)
    for (let initial = question.initial; ; initial = NOTHING) {
      const left = limit && { ...limit, milliseconds: Math.max(0, end - Date.now()) }
      const answer = await answerTo(async () => asking.line({ ...question, initial }), left)
      if (answer.kind === 'taken') return answer.text
      asking.write(`${sanitize(answer.problem)}\n`)
    }
  }
  return {
    write: (text) => asking.write(sanitizeLines(text)),
    get size() {
      return { columns: output.columns || 80, rows: output.rows || 24 }
    },
    ask: async (text, check, { limit, initial = NOTHING, isProvisional = false } = {}) => {
      const message = sanitize(text)
      return askLine({ message, check, isSecret: false, initial, isProvisional }, limit)
    },
    askSecret: async (text, check) => {
      const question = { message: sanitize(text), initial: NOTHING, isProvisional: false }
      return askLine({ ...question, check, isSecret: true }, undefined)
    },
    choose: async (message, choices) => {
      const titles = choices.map(sanitize)
      const index = await answerTo(async () => asking.choice(sanitize(message), titles))
      return choices[index] ?? ''
    },
    confirm: async (message, initial = false) =>
      answerTo(async () => asking.yesOrNo(sanitize(message), initial)),
    wait: async (milliseconds, line) =>
      answerTo(async () =>
        countDown(keys, milliseconds, (left) => asking.countDown(sanitize(line(left)), left)),
      ).finally(() => asking.endCountDown()),
    close: () => {
      stopRestoring()
      stopMeasuring()
      input.destroy()
      output.destroy()
    },
  }
}

/** Node follows the size of the window for process.stdout only. Returns what ends this. */
function measureAgain(output: WriteStream & { _refreshSize?: () => void }): () => void {
  const measure = (): void => output._refreshSize?.()
  process.on('SIGWINCH', measure)
  return () => process.off('SIGWINCH', measure)
}

/** Throws the Failure `cancelled`, or that of the limit, where there is no answer. */
async function withLimit<T>(
  keys: Keys,
  ask: () => Promise<T | undefined>,
  limit: TimeLimit | undefined,
): Promise<T> {
  let failure = cancelled()
  const stop = ({ failure: late }: TimeLimit): void => {
    failure = late
    keys.cancel()
  }
  const timer = limit && setTimeout(stop, limit.milliseconds, limit)
  try {
    const answer = await ask()
    if (answer === undefined) throw failure
    return answer
  } finally {
    clearTimeout(timer)
  }
}

/** Returns what is typed meanwhile; undefined after Ctrl-C. */
async function countDown(
  keys: Keys,
  milliseconds: number,
  show: (secondsLeft: number) => void,
): Promise<TypedAhead | undefined> {
  const end = Date.now() + milliseconds
  let line = lineOf('')
  let isEntered = false
  for (let left = milliseconds; left > 0; left = end - Date.now()) {
    show(Math.ceil(left / 1000))
    const key = await keys.next(Math.min(left, TICK_MS))
    if (key?.name === 'cancel') return undefined
    if (key !== undefined) line = edit(line, key)
    isEntered = key === undefined ? isEntered : key.name === 'enter'
  }
  return { text: textOf(line), isEntered }
}

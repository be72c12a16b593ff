/**
 * Asks on the controlling terminal, never on stdin, stdout or stderr: those belong to the calling program, which
 * is an SDK in the case of credential_process.
 */
import { openSync } from 'node:fs'
import { ReadStream, WriteStream } from 'node:tty'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PromptObject } from 'prompts'
import type { TimeLimit, Terminal } from '../../context.ts'
import { cancelled } from '../../failure.ts'
import { sanitize, sanitizeLines } from '../../sanitize.ts'
import { whileAsking } from '../files/held-locks.ts'
import { isTerminalTaken, ownTerminalName } from '../process/process-state.ts'

const CTRL_C = 0x03
const CLEAR_REST = '\u001B[K'
const TICK_MS = 200

export async function openTerminal(): Promise<Terminal | undefined> {
  if (isTerminalTaken()) return undefined
  const [reading, writing] =
    process.platform === 'win32' ? ['\\\\.\\CONIN$', '\\\\.\\CONOUT$'] : ['/dev/tty', '/dev/tty']
  const input = openDescriptor(reading)
  const output = openDescriptor(writing)
  if (input === undefined || output === undefined) return undefined
  const { default: prompts } = await import('prompts')
  return terminalOn(new ReadStream(input), new WriteStream(output), prompts)
}

function openDescriptor(path: string): number | undefined {
  try {
    // Windows changes the mode of a console only with both rights.
    return openSync(path, 'r+')
  } catch {
    return undefined
  }
}

type Prompts = typeof import('prompts')

function terminalOn(input: ReadStream, output: WriteStream, prompts: Prompts): Terminal {
  const place = `on ${ownTerminalName()}`
  const stopRestoring = restoreAtEnd(input, output)
  // Where the terminal is gone, a question ends as if the person had canceled.
  input.on('error', () => pressCtrlC(input)).on('end', () => pressCtrlC(input))
  output.on('error', () => undefined)
  const question = async <T>(
    prompt: Omit<PromptObject<'answer'>, 'name'>,
    limit?: TimeLimit,
  ): Promise<T> => {
    let hasTimedOut = false
    const onCancel = (): never => {
      throw hasTimedOut && limit !== undefined ? limit.failure : cancelled()
    }
    const promptObject = { ...prompt, name: 'answer', stdin: input, stdout: output } as const
    const stop = (): void => {
      hasTimedOut = true
      pressCtrlC(input)
    }
    const timer = limit && setTimeout(stop, limit.milliseconds)
    try {
      const ask = async () => prompts(promptObject as PromptObject<'answer'>, { onCancel })
      return (await whileAsking(place, ask)).answer as T
    } finally {
      clearTimeout(timer)
    }
  }
  return {
    write: (text) => {
      output.write(sanitizeLines(text))
    },
    ask: async (message, check, limit) => {
      const end = Date.now() + (limit?.milliseconds ?? 0)
      return askUntilValid(output, check, async () => {
        const left = limit && { ...limit, milliseconds: Math.max(0, end - Date.now()) }
        return question({ type: 'text', message: sanitize(message) }, left)
      })
    },
    askSecret: async (message, check) =>
      askUntilValid(output, check, async () =>
        question({ type: 'password', message: sanitize(message) }),
      ),
    choose: async (message, choices) =>
      question<string>({
        type: 'select',
        message: sanitize(message),
        choices: choices.map((value) => ({ title: sanitize(value), value })),
      }),
    confirm: async (message) =>
      question<boolean>({ type: 'confirm', message: sanitize(message), initial: false }),
    wait: async (milliseconds, line) =>
      whileAsking(place, async () => wait(input, output, milliseconds, line)),
    close: () => {
      stopRestoring()
      input.destroy()
      output.destroy()
    },
  }
}

/** The package `prompts` ends a question only by a key. */
function pressCtrlC(input: ReadStream): void {
  input.emit('keypress', '\u0003', { name: 'c', ctrl: true })
}

const ENDING_SIGNALS: readonly NodeJS.Signals[] = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM']
const SHOW_CURSOR = '\u001B[?25h'

/** A process that ends at a question must leave a terminal with echo and cursor. Returns what ends this. */
function restoreAtEnd(input: ReadStream, output: WriteStream): () => void {
  const restore = (): void => {
    if (!input.isRaw) return
    input.setRawMode(false)
    output.write(`${SHOW_CURSOR}\r\n`)
  }
  const end = (signal: NodeJS.Signals): void => {
    restore()
    stopRestoring()
    // Without a listener, the signal has its default effect.
    process.kill(process.pid, signal)
  }
  const stopRestoring = (): void => {
    for (const signal of ENDING_SIGNALS) process.off(signal, end)
    process.off('exit', restore)
  }
  for (const signal of ENDING_SIGNALS) process.on(signal, end)
  process.on('exit', restore)
  return stopRestoring
}

/** The check of the package `prompts` would leave the refused answer in the field. */
async function askUntilValid(
  output: WriteStream,
  check: (answer: string) => string | undefined,
  ask: () => Promise<string>,
): Promise<string> {
  for (;;) {
    const answer = await ask()
    const problem = check(answer)
    if (problem === undefined) return answer
    output.write(`${sanitize(problem)}\n`)
  }
}

async function wait(
  input: ReadStream,
  output: WriteStream,
  milliseconds: number,
  line: (secondsLeft: number) => string,
): Promise<void> {
  const end = Date.now() + milliseconds
  const typed: Buffer[] = []
  const keep = (keys: Buffer): void => void typed.push(keys)
  const isCanceled = (): boolean => Buffer.concat(typed).includes(CTRL_C)
  // Keys must not appear in the line that counts down.
  input.setRawMode(true).on('data', keep).resume()
  try {
    for (let left = milliseconds; left > 0 && !isCanceled(); left = end - Date.now()) {
      output.write(`\r${sanitize(line(Math.ceil(left / 1000)))}${CLEAR_REST}`)
      await sleep(Math.min(left, TICK_MS))
    }
  } finally {
    input.off('data', keep).pause().setRawMode(false)
    output.write(`\r${CLEAR_REST}`)
  }
  if (isCanceled()) throw cancelled()
  if (typed.length > 0) input.unshift(Buffer.concat(typed))
}

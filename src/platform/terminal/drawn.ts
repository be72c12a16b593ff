/**
 * Questions as the package `prompts` draws them. It gets no key from the terminal: it would fail at keys without a
 * character (terkelg/prompts#260, #404) and type others. `Keys` reads them, and passes on those that it knows.
 */
import { Readable } from 'node:stream'
import type { WriteStream } from 'node:tty'
import prompts, { type PromptObject } from 'prompts'
import { decide, editLine, judge, skipRest, type Asking, type LineQuestion } from './asking.ts'
import type { Keys } from './keys.ts'
import { CLEAR_REST } from './screen.ts'
import { isCancel, lineOf, textOf, type Line } from './line-editor.ts'
import { endOf, startOf, widthOf, wrapLines, wrapWords } from '../../wrap.ts'

/** What `onRender` gets as `this` (README of prompts), for a line of text. */
interface DrawnLine {
  /** The answer as it is shown; written before each drawing. */
  rendered: string
  /** From its end. */
  cursorOffset: number
  done: boolean
  aborted: boolean
  render(): void
}

/** The same for a choice, and for a question about yes or no. */
interface DrawnAnswer {
  readonly aborted: boolean
  yesMsg?: string
  noMsg?: string
  readonly choices?: readonly { title: string }[]
}

/** `? ` before a message, and ` › ` behind it. */
const SYMBOL_WIDTH = 2
const DELIMITER_WIDTH = 3
/** What an answer needs at least beside its question. */
const LEAST_ANSWER = 10
const YES_NO_WIDTH = '(y/N)'.length
/** `❯   ` before a choice. */
const CHOICE_MARGIN = 4
const MOST_CHOICES = 10
const HINT = '(arrow keys, Enter)'
/** Narrower windows are drawn as if they had so many. */
const LEAST_COLUMNS = 12

/** As Node's `readline` describes a key. */
interface Keypress {
  readonly name: string
  readonly ctrl?: boolean
}

const ENTER: Keypress = { name: 'return' }
const CTRL_C: Keypress = { name: 'c', ctrl: true }
/** What moves through choices. */
const MOVES: Readonly<Record<string, Keypress>> = {
  up: { name: 'up' },
  down: { name: 'down' },
  k: { name: 'up' },
  j: { name: 'down' },
  tab: { name: 'tab' },
  home: { name: 'a', ctrl: true },
  end: { name: 'e', ctrl: true },
}

export function drawnAsking(keys: Keys, output: WriteStream): Asking {
  const columns = (): number => Math.max(output.columns || 80, LEAST_COLUMNS)
  const start = (prompt: object): OpenQuestion => startQuestion(output, prompt)
  /** Whether the text of a countdown that does not fit into one line is written above it. */
  let isExplained = false
  return {
    line: async (question) => {
      const line = drawLine(start, question, columns())
      const text = await editLine(keys, question.initial, line.show)
      const answer = text === undefined ? undefined : judge(question, text)
      await line.end(answer?.kind)
      return answer
    },
    choice: async (message, choices) => {
      const rows = output.rows || 24
      const question = start(choicePrompt(message, choices, { columns: columns(), rows }))
      for (;;) {
        const key = await keys.next()
        if (key.name === 'enter') return Number(await question.end(ENTER))
        if (isCancel(key)) return question.cancel()
        const move = MOVES[key.text === '' ? key.name : key.text]
        if (move !== undefined) question.press(move)
      }
    },
    yesOrNo: async (message, initial) => {
      const fitted = fitMessage(message, columns(), YES_NO_WIDTH)
      const question = start({
        type: 'confirm',
        message: fitted.message,
        initial,
        onRender: hideIfCanceled,
      })
      const decision = await decide(keys, initial)
      if (decision === undefined) return question.cancel()
      await question.end({ name: decision.answer ? 'y' : 'n' })
      await skipRest(keys, decision)
      return decision.answer
    },
    countDown: (text, left) => {
      const fits = widthOf(text) < columns()
      if (!fits && !isExplained) output.write(`${wrapLines(text, columns(), wrapWords)}\n`)
      isExplained = true
      output.write(`\r${fits ? text : `${left} s `}${CLEAR_REST}`)
    },
    endCountDown: () => {
      isExplained = false
      output.write(`\r${CLEAR_REST}`)
    },
    write: (text) => void output.write(wrapLines(text, columns(), wrapWords)),
  }
}

/** `prompts` draws what was preselected behind a canceled question, as if it were the answer. */
function hideIfCanceled(this: DrawnAnswer): void {
  if (!this.aborted) return
  this.yesMsg = this.noMsg = ''
  for (const choice of this.choices ?? []) choice.title = ''
}

interface OpenQuestion {
  press(key: Keypress): void
  /** Presses the key that ends it, and returns the answer once it is drawn. */
  end(key: Keypress): Promise<unknown>
  cancel(): Promise<undefined>
}

function startQuestion(output: WriteStream, prompt: object): OpenQuestion {
  const stdin = new Readable({ read: () => undefined })
  const question = { ...prompt, name: 'answer', stdin, stdout: output }
  const answers = prompts(question as unknown as PromptObject<'answer'>, {
    onCancel: () => undefined,
  })
  const press = (key: Keypress): void => void stdin.emit('keypress', key.name, key)
  const end = async (key: Keypress): Promise<unknown> => {
    press(key)
    return (await answers).answer
  }
  return {
    press,
    end,
    cancel: async () => {
      await end(CTRL_C)
      return undefined
    },
  }
}

/** A line of text: `prompts` draws what this makes of the edited line each time. */
function drawLine(
  start: (prompt: object) => OpenQuestion,
  { message, isSecret, initial, isProvisional }: LineQuestion,
  columns: number,
) {
  const fitted = fitMessage(message, columns, LEAST_ANSWER)
  let line = lineOf(initial.text)
  let ended: 'taken' | 'refused' | undefined
  let render = (): void => undefined
  const onRender = function (this: DrawnLine): void {
    render = () => this.render()
    const shown = showPart(isSecret ? hide(line) : line, fitted.left)
    this.rendered = textOf(shown)
    this.cursorOffset = this.done ? 0 : -widthOf(shown.after)
    // A check mark says that the answer is right, a cross that it is not.
    if (ended === 'refused') this.aborted = true
    else if (isProvisional && !this.aborted) this.done = false
  }
  const question = start({ type: 'text', message: fitted.message, onRender })
  return {
    show: (edited: Line): void => {
      line = edited
      render()
    },
    end: async (kind: 'taken' | 'refused' | undefined): Promise<void> => {
      ended = kind
      await question.end(kind === undefined ? CTRL_C : ENTER)
    },
  }
}

function hide({ before, after }: Line): Line {
  const stars = (text: string): string => '*'.repeat(Array.from(text).length)
  return { before: stars(before), after: stars(after) }
}

/** The part of a line around the cursor that fits. */
function showPart({ before, after }: Line, columns: number): Line {
  const shown = startOf(after, Math.max(columns - widthOf(before), Math.floor(columns / 2)))
  return { before: endOf(before, columns - widthOf(shown)), after: shown }
}

/** A message in lines that fit, and the columns left for what follows: at least `least`, on a line of its own if need be. */
function fitMessage(
  message: string,
  columns: number,
  least: number,
): { message: string; left: number } {
  const wrapped = wrapLines(message, columns - SYMBOL_WIDTH, wrapWords)
  const last = wrapped.slice(wrapped.lastIndexOf('\n') + 1)
  const indent = last === wrapped ? SYMBOL_WIDTH : 0
  // The last column is for the cursor.
  const left = columns - indent - widthOf(last) - DELIMITER_WIDTH - 1
  if (left >= least) return { message: wrapped, left }
  return { message: `${wrapped}\n`, left: columns - DELIMITER_WIDTH - 1 }
}

function choicePrompt(
  message: string,
  choices: readonly string[],
  { columns, rows }: { readonly columns: number; readonly rows: number },
): object {
  const fitted = fitMessage(message, columns, HINT.length)
  const titles = choices.map((choice) =>
    wrapWords(choice, columns - CHOICE_MARGIN).join(`\n${' '.repeat(CHOICE_MARGIN)}`),
  )
  const height = (text: string): number => text.split('\n').length
  // All must be on the screen, or they cannot be drawn over.
  const room = Math.floor((rows - height(fitted.message) - 1) / Math.max(...titles.map(height)))
  return {
    type: 'select',
    message: fitted.message,
    onRender: hideIfCanceled,
    hint: fitted.left < HINT.length ? ' ' : HINT,
    optionsPerPage: Math.max(1, Math.min(room, MOST_CHOICES)),
    choices: titles.map((title, value) => ({ title, value })),
  }
}

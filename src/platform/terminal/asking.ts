/** What a terminal can ask, apart from how it is drawn: `drawn.ts` and `plain.ts` are the two ways. */
import type { TypedAhead } from '../../context.ts'
import type { Keys } from './keys.ts'
import { edit, isCancel, lineOf, textOf, type Line } from './line-editor.ts'

export const NOTHING: TypedAhead = { text: '', isEntered: false }

export interface LineQuestion {
  readonly message: string
  readonly isSecret: boolean
  readonly initial: TypedAhead
  /** Why an answer is refused. */
  readonly check: (answer: string) => string | undefined
  /** Whether an answer that passes the check may still be wrong. */
  readonly isProvisional: boolean
}

export type LineAnswer =
  | { readonly kind: 'taken'; readonly text: string }
  | { readonly kind: 'refused'; readonly problem: string }

/** Each question returns undefined if the person cancels it. */
export interface Asking {
  line(question: LineQuestion): Promise<LineAnswer | undefined>
  /** Returns the index of the choice. */
  choice(message: string, choices: readonly string[]): Promise<number | undefined>
  yesOrNo(message: string, initial: boolean): Promise<boolean | undefined>
  /** Shows how many seconds are left. */
  countDown(text: string, secondsLeft: number): void
  endCountDown(): void
  write(text: string): void
}

/** Returns the edited line after Enter; `show` is called after changes. */
export async function editLine(
  keys: Keys,
  { text, isEntered }: TypedAhead,
  show: (line: Line) => void,
): Promise<string | undefined> {
  if (isEntered) return text
  let line = lineOf(text)
  let shown = line
  for (;;) {
    // Text that is pasted is drawn once.
    if (line !== shown && !keys.hasMore) show((shown = line))
    const key = await keys.next()
    if (isCancel(key, line)) return undefined
    if (key.name === 'enter') {
      if (line !== shown) show(line)
      return textOf(line)
    }
    line = edit(line, key)
  }
}

export function judge({ check }: LineQuestion, text: string): LineAnswer {
  const problem = check(text)
  return problem === undefined ? { kind: 'taken', text } : { kind: 'refused', problem }
}

/** How long after a `y` the Enter may come that many people type with it. */
const ENTER_MS = 700

export interface Decision {
  readonly answer: boolean
  /** Whether it was typed as a letter, which an Enter may follow. */
  readonly isLetter: boolean
}

/** Returns at `y`, `n` or Enter, which takes `initial`; with undefined for a canceled question. */
export async function decide(keys: Keys, initial: boolean): Promise<Decision | undefined> {
  for (;;) {
    const key = await keys.next()
    if (key.name === 'enter') return { answer: initial, isLetter: false }
    if (isCancel(key)) return undefined
    const letter = key.text.toLowerCase()
    if (letter === 'y' || letter === 'n') return { answer: letter === 'y', isLetter: true }
  }
}

/** Takes the rest of `yes` or `no` and an Enter, so that they do not answer the next question. */
export async function skipRest(keys: Keys, { answer, isLetter }: Decision): Promise<void> {
  let rest = answer ? 'es' : 'o'
  for (let key = isLetter ? await keys.next(ENTER_MS) : undefined; key !== undefined;) {
    if (key.name === 'enter') return
    if (key.text === '' || key.text.toLowerCase() !== rest[0]) {
      keys.putBack(key)
      return
    }
    rest = rest.slice(1)
    key = await keys.next(ENTER_MS)
  }
}

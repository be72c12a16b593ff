/** Questions without escape sequences, for terminals that have none (TERM=dumb). */
import type { WriteStream } from 'node:tty'
import type { TypedAhead } from '../../context.ts'
import { decide, editLine, judge, NOTHING, skipRest, type Asking } from './asking.ts'
import type { Keys } from './keys.ts'
import { textOf } from './line-editor.ts'
import { widthOf } from '../../wrap.ts'

export function plainAsking(keys: Keys, output: WriteStream): Asking {
  const write = (text: string): void => void output.write(text)
  const askLine = async (message: string, initial: TypedAhead, isShown: boolean) => {
    let shown = isShown ? initial.text : ''
    write(`${message}: ${shown}`)
    const text = await editLine(keys, initial, (line) => {
      if (!isShown) return
      write(retype(shown, textOf(line)))
      shown = textOf(line)
    })
    write('\n')
    return text
  }
  let counted = ''
  return {
    line: async (question) => {
      const { message, initial, isSecret } = question
      const text = await askLine(message, initial, !isSecret)
      return text === undefined ? undefined : judge(question, text)
    },
    choice: async (message, choices) => {
      write(choices.map((choice, index) => `${index + 1}. ${choice}\n`).join(''))
      for (;;) {
        const text = await askLine(`${message} (1-${choices.length})`, NOTHING, true)
        if (text === undefined) return undefined
        const index = Number(text) - 1
        if (choices[index] !== undefined) return index
      }
    },
    yesOrNo: async (message, initial) => {
      write(`${message} ${initial ? '(Y/n)' : '(y/N)'} `)
      const decision = await decide(keys, initial)
      write(decision === undefined ? '\n' : decision.answer ? 'yes\n' : 'no\n')
      if (decision !== undefined) await skipRest(keys, decision)
      return decision?.answer
    },
    countDown: (text) => {
      if (counted === '') write(`${text}\n`)
      counted = text
    },
    endCountDown: () => void (counted = ''),
    write,
  }
}

/** What turns one text into another at the end of a line: backspaces and blanks, then what is new. */
function retype(from: string, to: string): string {
  let same = 0
  while (same < from.length && from[same] === to[same]) same += 1
  const width = widthOf(from.slice(same))
  return `${'\b'.repeat(width)}${' '.repeat(width)}${'\b'.repeat(width)}${to.slice(same)}`
}

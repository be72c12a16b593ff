/** A line that a person edits, with the cursor between its parts. */
import type { Key, KeyName } from './scan-keys.ts'

export interface Line {
  readonly before: string
  readonly after: string
}

type Change = (line: Line) => Line

const LAST = /[^]$/u
const FIRST = /^[^]/u

/** As in readline. */
const CHANGES: Readonly<Partial<Record<KeyName, Change>>> = {
  backspace: ({ before, after }) => ({ before: before.replace(LAST, ''), after }),
  delete: ({ before, after }) => ({ before, after: after.replace(FIRST, '') }),
  'end-of-file': ({ before, after }) => ({ before, after: after.replace(FIRST, '') }),
  'delete-word': ({ before, after }) => ({ before: before.replace(/\S*\s*$/, ''), after }),
  'delete-line': () => lineOf(''),
  'delete-rest': ({ before }) => ({ before, after: '' }),
  left: ({ before, after }) => {
    const [last = ''] = LAST.exec(before) ?? []
    return { before: before.slice(0, before.length - last.length), after: last + after }
  },
  right: ({ before, after }) => {
    const [first = ''] = FIRST.exec(after) ?? []
    return { before: before + first, after: after.slice(first.length) }
  },
  home: (line) => ({ before: '', after: textOf(line) }),
  end: (line) => lineOf(textOf(line)),
}

/** The line after a key; the same object where the key changes nothing. */
export function edit(line: Line, { name, text }: Key): Line {
  if (name === 'character') return { before: line.before + text, after: line.after }
  return CHANGES[name]?.(line) ?? line
}

/** A line with the cursor at its end. */
export function lineOf(text: string): Line {
  return { before: text, after: '' }
}

export function textOf({ before, after }: Line): string {
  return before + after
}

/** Whether a key ends a question without an answer: Ctrl-C, Escape, and Ctrl-D where nothing is typed. */
export function isCancel({ name }: Key, line: Line = lineOf('')): boolean {
  return name === 'cancel' || name === 'escape' || (name === 'end-of-file' && textOf(line) === '')
}

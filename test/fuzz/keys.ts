/** Generated keys for one question, and what the person would expect of them: a model apart from the program. */
import type { Random } from '../model/random.ts'

/** Each kind of question that the program asks. */
export const KINDS = ['line', 'code', 'secret', 'choice', 'yes-no'] as const
export type Kind = (typeof KINDS)[number]

export const CHOICES = ['first', 'second', 'third']
export const CANCELED = 'canceled'

export interface TypedKeys {
  readonly bytes: Buffer
  /** What the question answers. */
  readonly expected: string
}

const TEXT = Array.from('abcyn XYZ019-+/=.,_:;!"$%&\'()*<>?@[]^{|}~#`\\äßéñ日本語１２字😀🔑Ωж')

/** Sequences that stand for no key here: function keys, reports of focus, mouse and terminal, keys with modifiers. */
const SEQUENCES = [
  ...[11, 12, 13, 15, 17, 18, 19, 20, 21, 23, 24, 25, 34].map((key) => `${key}~`),
  ...['2~', '5~', '6~', 'Z', 'I', 'O', 'E', 'G', '[A', '[E', '15;5~', '1;5C', '1;2A', '1;1P'],
  ...['200~', '201~', '<0;10;5M', '<64;1;1m', 'M !!', '97;5u', '27;5;13~'],
  ...['?62;4c', '24;80R', '?1;2c', '0n'],
].map((rest) => `\u001B[${rest}`)

const OTHERS = [
  ...Array.from('PQRS', (each) => `\u001BO${each}`),
  ...Array.from('aqxzBFD1;', (each) => `\u001B${each}`),
  '\u001B]11;rgb:1e1e/1e1e/1e1e\u0007',
  '\u001B]0;title\u001B\\',
  '\u001BP1$r0m\u001B\\',
  '\u001B_Gi=31;OK\u001B\\',
  ...['\u009B15~', '\u009BI', '\u0085', '\u200B', '\uFEFF', '\u202E'],
  ...Array.from(
    '\0\u0007\f\u000F\u0011\u0012\u0013\u0014\u0016\u0018\u0019\u001A\u001C\u001D\u001E\u001F',
  ),
]

/** Bytes that are no text in UTF-8. */
const BROKEN = [[0xff], [0xc3], [0xfe, 0xff], [0x80], [0xf5]]

/** What no question may take for text or for another key. */
const NOISE: readonly Buffer[] = [
  ...[...SEQUENCES, ...OTHERS].map((each) => Buffer.from(each)),
  ...BROKEN.map((each) => Buffer.from(each)),
]

type Edit = (text: string[], cursor: number) => readonly [text: string[], cursor: number]

const EDITS: readonly (readonly [keys: readonly string[], edit: Edit])[] = [
  [
    ['\u007F', '\b', '\u001B[127u'],
    (text, at) => [text.filter((_, i) => i !== at - 1), Math.max(0, at - 1)],
  ],
  [['\u001B[3~'], (text, at) => [text.filter((_, i) => i !== at), at]],
  [['\u001B[D', '\u001BOD', '\u0002'], (text, at) => [text, Math.max(0, at - 1)]],
  [['\u001B[C', '\u001BOC', '\u0006'], (text, at) => [text, Math.min(text.length, at + 1)]],
  [['\u0001', '\u001B[H', '\u001BOH', '\u001B[1~', '\u001B[7~'], (text) => [text, 0]],
  [['\u0005', '\u001B[F', '\u001BOF', '\u001B[4~', '\u001B[8~'], (text) => [text, text.length]],
  [['\u0015'], () => [[], 0]],
  [['\u000B'], (text, at) => [text.slice(0, at), at]],
  [['\u0017', '\u001B\u007F'], deleteWord],
  [['\u001B[A', '\u001BOB', '\t', '\u000E', '\u009BA'], (text, at) => [text, at]],
]

function deleteWord(text: string[], at: number): readonly [string[], number] {
  let start = at
  while (start > 0 && text[start - 1] === ' ') start -= 1
  while (start > 0 && text[start - 1] !== ' ') start -= 1
  return [[...text.slice(0, start), ...text.slice(at)], start]
}

const ENTERS = ['\r', '\n', '\r\n', '\u001BOM', '\u001B[13u']
const CANCELS = ['\u0003', '\u001B[99;5u', '\u001B[27u']

export function typedKeys(random: Random, kind: Kind): TypedKeys {
  if (kind === 'choice') return keysForChoice(random)
  return kind === 'yes-no' ? keysForYesNo(random) : keysForLine(random)
}

function keysForLine(random: Random): TypedKeys {
  const bytes: Buffer[] = []
  let [text, cursor]: readonly [string[], number] = [[], 0]
  for (let left = random.integer(25); left > 0; left -= 1) {
    if (random.isLikely(45)) {
      const [typed, keys] = character(random)
      bytes.push(Buffer.from(keys))
      text = text.toSpliced(cursor, 0, typed)
      cursor += 1
    } else if (random.isLikely(50)) {
      bytes.push(random.pick(NOISE))
    } else {
      const [keys, edit] = random.pick(EDITS)
      bytes.push(Buffer.from(random.pick(keys)))
      ;[text, cursor] = edit(text, cursor)
    }
  }
  return ended(random, bytes, text.join(''))
}

/** A character, and the bytes for it: of the main keys, or of the application keypad. */
function character(random: Random): readonly [typed: string, keys: string] {
  if (random.isLikely(90)) {
    const typed = random.pick(TEXT)
    return [typed, typed]
  }
  const typed = random.pick(Array.from('0123456789*+-./'))
  return [typed, `\u001BO${String.fromCharCode(typed.charCodeAt(0) + 0x40)}`]
}

function keysForChoice(random: Random): TypedKeys {
  const bytes: Buffer[] = []
  let at = 0
  const moves: readonly (readonly [string, (at: number) => number])[] = [
    ...['\u001B[A', '\u001BOA', 'k', '\u0010'].map((key) => [key, (i: number) => i + 2] as const),
    ...['\u001B[B', '\u001BOB', 'j', '\t', '\u000E'].map(
      (key) => [key, (i: number) => i + 1] as const,
    ),
    ...['\u001B[H', '\u0001'].map((key) => [key, () => 0] as const),
    ...['\u001B[F', '\u0005'].map((key) => [key, () => 2] as const),
    ...['x', '日', '\u007F', '\u0015', '\u001B[D', ' '].map(
      (key) => [key, (i: number) => i] as const,
    ),
  ]
  for (let left = random.integer(12); left > 0; left -= 1) {
    if (random.isLikely(40)) {
      bytes.push(random.pick(NOISE))
    } else {
      const [key, move] = random.pick(moves)
      bytes.push(Buffer.from(key))
      at = move(at) % CHOICES.length
    }
  }
  return ended(random, bytes, CHOICES[at]!)
}

function keysForYesNo(random: Random): TypedKeys {
  const bytes = Array.from({ length: random.integer(8) }, () =>
    random.isLikely(70)
      ? random.pick(NOISE)
      : Buffer.from(random.pick(['x', '日', '\t', '\u0015'])),
  )
  if (random.isLikely(40)) return ended(random, bytes, 'false')
  const word = random.pick(['y', 'Y', 'yes', 'n', 'N', 'no'])
  bytes.push(Buffer.from(`${word}${random.pick(ENTERS)}`))
  return { bytes: Buffer.concat(bytes), expected: String(word.toLowerCase().startsWith('y')) }
}

function ended(random: Random, bytes: readonly Buffer[], answer: string): TypedKeys {
  const isCanceled = random.isLikely(10)
  const end = Buffer.from(random.pick(isCanceled ? CANCELS : ENTERS))
  return { bytes: Buffer.concat([...bytes, end]), expected: isCanceled ? CANCELED : answer }
}

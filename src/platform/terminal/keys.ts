/** The keys that a person presses at a terminal, one at a time. */
import { StringDecoder } from 'node:string_decoder'
import type { ReadStream } from 'node:tty'
import { scanKeys, type Key } from './scan-keys.ts'

/** How long the rest of a sequence may take, in milliseconds; Node's `readline` waits as long. */
const SEQUENCE_MS = 500

const CANCEL: Key = { name: 'cancel', text: '' }

/** Keys that no question has read yet; the next one may be on a terminal that is opened later. */
const typedAhead: Key[] = []

export class Keys {
  readonly #input: ReadStream
  readonly #decoder = new StringDecoder('utf8')
  #rest = ''
  #timer: NodeJS.Timeout | undefined
  #endsWithReturn = false
  #isGone = false
  #isCanceled = false
  #wake: (() => void) | undefined

  constructor(input: ReadStream) {
    this.#input = input
    // Where the terminal is gone, a question ends as if the person had canceled.
    const end = (): void => {
      this.#isGone = true
      this.#wake?.()
    }
    input.on('error', end).on('end', end)
  }

  /** Reads the terminal while `work` runs: keys are neither shown nor kept until Enter. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#isCanceled = false
    this.#input.setRawMode(true).on('data', this.#read).resume()
    try {
      return await work()
    } finally {
      this.#input.off('data', this.#read).pause()
      this.#input.setRawMode(false)
    }
  }

  /** The next key; undefined if none comes in that time. */
  async next(milliseconds: number): Promise<Key | undefined>
  async next(): Promise<Key>
  async next(milliseconds?: number): Promise<Key | undefined> {
    if (typedAhead.length === 0 && !this.#hasEnded) await this.#wait(milliseconds)
    if (this.#isCanceled) return CANCEL
    return typedAhead.shift() ?? (this.#isGone ? CANCEL : undefined)
  }

  /** Whether the next key is known already. */
  get hasMore(): boolean {
    return typedAhead.length > 0
  }

  /** For the next question, before all others. */
  putBack(key: Key): void {
    typedAhead.unshift(key)
  }

  /** Ends the open question as Ctrl-C does. */
  cancel(): void {
    this.#isCanceled = true
    this.#wake?.()
  }

  get #hasEnded(): boolean {
    return this.#isGone || this.#isCanceled
  }

  async #wait(milliseconds: number | undefined): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      if (milliseconds !== undefined) timer = setTimeout(resolve, milliseconds)
    })
    clearTimeout(timer)
    this.#wake = undefined
  }

  readonly #read = (bytes: Buffer): void => {
    clearTimeout(this.#timer)
    let text = this.#rest + this.#decoder.write(bytes)
    // Text that is pasted may have both at the end of a line.
    if (this.#endsWithReturn && text.startsWith('\n')) text = text.slice(1)
    this.#endsWithReturn = text.endsWith('\r')
    const { keys, rest } = scanKeys(text)
    this.#rest = rest
    if (rest !== '') this.#timer = setTimeout(() => this.#endSequence(), SEQUENCE_MS)
    this.#add(keys)
  }

  /** A lone ESC is a key; the start of another sequence is not. */
  #endSequence(): void {
    const isEscape = this.#rest === '\u001B'
    this.#rest = ''
    if (isEscape) this.#add([{ name: 'escape', text: '' }])
  }

  #add(keys: readonly Key[]): void {
    typedAhead.push(...keys)
    if (keys.length > 0) this.#wake?.()
  }
}

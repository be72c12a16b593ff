/**
 * The keys in what a terminal sends. Escape sequences (ECMA-48, 5.4; XTerm Control Sequences) are read to their end:
 * those without a meaning here, such as function keys and reports of the focus, are no keys, and never text.
 */
export type KeyName =
  | 'enter'
  | 'cancel'
  | 'escape'
  | 'end-of-file'
  | 'backspace'
  | 'delete'
  | 'delete-word'
  | 'delete-line'
  | 'delete-rest'
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'home'
  | 'end'
  | 'tab'

export interface Key {
  readonly name: KeyName | 'character'
  /** What it types; empty for all but characters. */
  readonly text: string
}

export interface ScannedKeys {
  readonly keys: readonly Key[]
  /** The beginning of a sequence whose end has not come yet. */
  readonly rest: string
}

const CONTROLS: Readonly<Record<string, KeyName>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\u0001': 'home',
  '\u0002': 'left',
  '\u0003': 'cancel',
  '\u0004': 'end-of-file',
  '\u0005': 'end',
  '\u0006': 'right',
  '\b': 'backspace',
  '\t': 'tab',
  '\u000B': 'delete-rest',
  '\u000E': 'down',
  '\u0010': 'up',
  '\u0015': 'delete-line',
  '\u0017': 'delete-word',
  '\u007F': 'backspace',
}

/** By parameters and final byte. A terminal may be left in the mode that reports keys as `code;modifiers u`. */
const SEQUENCES: Readonly<Record<string, KeyName>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  '1~': 'home',
  '3~': 'delete',
  '4~': 'end',
  '7~': 'home',
  '8~': 'end',
  '9u': 'tab',
  '13u': 'enter',
  '27u': 'escape',
  '127u': 'backspace',
  '99;5u': 'cancel',
}

/** The application keypad: the final byte is what the key types plus 0x40 (XTerm, VT220-Style Function Keys). */
const KEYPAD = /^[j-y]$/

// The C1 form of an introducer is one character, such as U+009B for ESC [.
const CSI = /(?:\u001B\[|\u009B)(\[[A-E]|M[^]{3}|[0-?]*[ -/]*[@-Z\\-~])/y
const CSI_START = /(?:\u001B\[|\u009B)(?:\[|M[^]{0,2}|[0-?]*[ -/]*)$/y
const SS3 = /(?:\u001BO|\u008F)([0-9;]*)([!-~])/y
const SS3_START = /(?:\u001BO|\u008F)[0-9;]*$/y
/** Reports of the terminal: OSC, DCS, SOS, PM, APC. */
const STRING =
  /(?:\u001B[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\0-\u001F\u009C]*(?:\u0007|\u001B\\|\u009C)/y
const STRING_START = /(?:\u001B[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\0-\u001F\u009C]*\u001B?$/y
const ESCAPE_START = /\u001B$/y
/** A sequence that another character interrupts; that one counts. */
const BROKEN =
  /(?:\u001B\[|\u009B)[0-?]*[ -/]*|(?:\u001BO|\u008F)[0-9;]*|\u001B[\]PX^_]|\u001B(?=[^ -~])/y
const ALT = /\u001B([ -~])/y
const ALT_BACKSPACE = /\u001B\u007F/y
const MEANINGLESS = [STRING, BROKEN, ALT]
const NEW_LINE = /\r\n?|\n/y
const CHARACTER = /[^]/uy

export function scanKeys(text: string): ScannedKeys {
  const keys: Key[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match !== null) at = pattern.lastIndex
    return match
  }
  while (at < text.length) {
    const start = at
    if ([ESCAPE_START, CSI_START, SS3_START, STRING_START].some(take)) {
      return { keys, rest: text.slice(start) }
    }
    keys.push(...nextKey(take))
  }
  return { keys, rest: '' }
}

/** The key at the current place, if there is one; `take` moves the place on. */
function nextKey(take: (pattern: RegExp) => RegExpExecArray | null): Key[] {
  const csi = take(CSI)
  if (csi !== null) return named(SEQUENCES[csi[1] ?? ''])
  const ss3 = take(SS3)
  if (ss3 !== null) return keypadKey(ss3[1] ?? '', ss3[2] ?? '')
  if (take(ALT_BACKSPACE) !== null) return named('delete-word')
  if (MEANINGLESS.some(take)) return []
  if (take(NEW_LINE) !== null) return named('enter')
  const [character = ''] = take(CHARACTER) ?? []
  return isVisible(character) ? [typed(character)] : named(CONTROLS[character])
}

function keypadKey(parameters: string, final: string): Key[] {
  if (parameters !== '') return []
  if (final === 'M') return named('enter')
  if (KEYPAD.test(final)) return [typed(String.fromCharCode(final.charCodeAt(0) - 0x40))]
  return named(SEQUENCES[final])
}

/** What the person can see; U+FFFD stands for bytes that are no text. */
function isVisible(character: string): boolean {
  return !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFD]/u.test(character)
}

function typed(text: string): Key {
  return { name: 'character', text }
}

function named(name: KeyName | undefined): Key[] {
  return name === undefined ? [] : [{ name, text: '' }]
}

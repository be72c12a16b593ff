import { printParseErrorCode, visit, type ParseErrorCode } from 'jsonc-parser'
import { objectAt, type Json, type Parsed } from '../lines.ts'

/** PowerShell's redirection writes a byte order mark. */
export function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, '')
}

export function parseJson(text: string): Parsed {
  const tooDeep = findTooDeep(text)
  if (tooDeep !== undefined) {
    const lines = text.slice(0, tooDeep).split('\n')
    const column = lines.at(-1)?.length ?? 0
    return { problem: at(lines.length - 1, column, 'nested more deeply than any policy') }
  }
  return buildValue(text)
}

/** An object or a list that is not complete yet, and the key whose value comes next. */
interface Open {
  readonly value: Json | unknown[]
  key: string
}

function buildValue(text: string): Parsed {
  const result: { root?: unknown; problem?: string } = {}
  const open: Open[] = []
  const put = (value: unknown): void => {
    const parent = open.at(-1)
    if (parent === undefined) result.root = value
    else if (Array.isArray(parent.value)) parent.value.push(value)
    else parent.value[parent.key] = value
  }
  const begin = (value: Json | unknown[]): void => {
    put(value)
    open.push({ value, key: '' })
  }
  const end = (): void => void open.pop()
  const fail = (line: number, column: number, message: string): void => {
    // Later errors only follow from the first one.
    result.problem ??= at(line, column, message)
  }
  visit(
    text,
    {
      onObjectBegin: (_, __, line) => begin(objectAt(line + 1)),
      onObjectEnd: end,
      onArrayBegin: () => begin([]),
      onArrayEnd: end,
      onObjectProperty: (key, _, __, line, column) => {
        const parent = open.at(-1)
        if (parent === undefined) return
        // JSON parsers keep the last of two values; AWS does not document which one IAM keeps.
        if (key in parent.value) {
          fail(line, column, `the key ${JSON.stringify(key)} appears a second time`)
        }
        parent.key = key
      },
      onLiteralValue: put,
      onError: (code, _, __, line, column) => fail(line, column, describeError(code)),
    },
    { disallowComments: true },
  )
  return result.problem === undefined ? { value: result.root } : { problem: result.problem }
}

/** Templates and plans are nested too. Parsers call themselves, and run out of stack in deep text. */
const MAX_DEPTH = 100
const STRINGS_AND_BRACKETS = /"[^"\\]*(?:\\.[^"\\]*)*"?|[[\]{}]/gs

function findTooDeep(text: string): number | undefined {
  let depth = 0
  for (const { 0: token, index } of text.matchAll(STRINGS_AND_BRACKETS)) {
    if (token === '[' || token === '{') depth += 1
    if (token === ']' || token === '}') depth -= 1
    if (depth > MAX_DEPTH) return index
  }
  return undefined
}

/** Both counted from 0. */
function at(line: number, column: number, message: string): string {
  return `${line + 1}:${column + 1}: ${message}`
}

/** `InvalidSymbol` becomes `Invalid symbol`. */
function describeError(error: ParseErrorCode): string {
  return printParseErrorCode(error).replace(
    /(?<=[a-z])[A-Z]/g,
    (letter) => ` ${letter.toLowerCase()}`,
  )
}

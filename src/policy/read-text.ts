import { parse, printParseErrorCode, type ParseError } from 'jsonc-parser'
import { readPolicy, type PolicyDocument } from './document.ts'

/** A policy's text, or why it is none: `line:column: …` for bad JSON. */
export function readPolicyText(text: string): { policy: PolicyDocument } | { problem: string } {
  const errors: ParseError[] = []
  const value: unknown = parse(text, errors, { disallowComments: true })
  const [error] = errors
  if (error !== undefined) return { problem: placed(text, error) }
  try {
    return { policy: readPolicy(value) }
  } catch (reason) {
    return { problem: (reason as Error).message }
  }
}

function placed(text: string, { offset, error }: ParseError): string {
  const above = text.slice(0, offset).split('\n')
  const column = (above.at(-1) ?? '').length + 1
  const words = printParseErrorCode(error).replace(
    /(?<=[a-z])[A-Z]/g,
    (letter) => ` ${letter.toLowerCase()}`,
  )
  return `${above.length}:${column}: ${words}`
}

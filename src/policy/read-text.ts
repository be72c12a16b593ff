import {
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser'
import { readPolicy, type PolicyDocument } from './document.ts'

export interface PolicyText {
  readonly policy: PolicyDocument
  /** The line of a statement, counted from 1; 1 for the policy itself. */
  lineOf(statement: number | undefined): number
}

/** A policy's text, or why it is none: `line:column: …` for bad JSON. */
export function readPolicyText(text: string): PolicyText | { problem: string } {
  const errors: ParseError[] = []
  // Of the errors that follow from the first one nobody learns more.
  const tree = parseTree(text, errors, { disallowComments: true })
  const [error] = errors
  if (error !== undefined) return { problem: placed(text, error) }
  try {
    const policy = readPolicy(tree === undefined ? undefined : getNodeValue(tree))
    return { policy, lineOf: (statement) => lineOf(text, tree, statement) }
  } catch (reason) {
    return { problem: (reason as Error).message }
  }
}

function lineOf(text: string, tree: Node | undefined, statement: number | undefined): number {
  if (tree === undefined || statement === undefined) return 1
  const found =
    findNodeAtLocation(tree, ['Statement', statement]) ?? findNodeAtLocation(tree, ['Statement'])
  return text.slice(0, found?.offset ?? 0).split('\n').length
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

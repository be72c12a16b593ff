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
export function readPolicyText(raw: string): PolicyText | { problem: string } {
  // What PowerShell's redirection puts in front.
  const text = raw.replace(/^\uFEFF/, '')
  const errors: ParseError[] = []
  // Of the errors that follow from the first one nobody learns more.
  const tree = parseTree(text, errors, { disallowComments: true })
  const [error] = errors
  if (error !== undefined) return { problem: placed(text, error.offset, describeProblem(error)) }
  const twice = duplicateKey(tree)
  if (twice !== undefined) {
    const words = `the key ${JSON.stringify(twice.value)} is there a second time`
    return { problem: placed(text, twice.offset, words) }
  }
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

/** JSON readers keep the last of two; which of them AWS keeps, nobody should have to know. */
function duplicateKey(node: Node | undefined): Node | undefined {
  const children = node?.children ?? []
  const keys =
    node?.type === 'object' ? children.flatMap(({ children: [key] = [] }) => key ?? []) : []
  const twice = keys.find((key, index) =>
    keys.slice(0, index).some((each) => each.value === key.value),
  )
  if (twice !== undefined) return twice
  for (const child of children) {
    const found = duplicateKey(child)
    if (found !== undefined) return found
  }
  return undefined
}

function placed(text: string, offset: number, words: string): string {
  const above = text.slice(0, offset).split('\n')
  const column = (above.at(-1) ?? '').length + 1
  return `${above.length}:${column}: ${words}`
}

function describeProblem({ error }: ParseError): string {
  return printParseErrorCode(error).replace(
    /(?<=[a-z])[A-Z]/g,
    (letter) => ` ${letter.toLowerCase()}`,
  )
}

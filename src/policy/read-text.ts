import {
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser'
import type { PolicyDocument } from './document.ts'
import { readPolicy } from './read-document.ts'

/** A policy and the lines of its statements. */
interface LocatedPolicy {
  readonly policy: PolicyDocument
  /** The line of a statement, counted from 1; 1 for the policy itself. */
  lineOf(statement: number | undefined): number
}

/** Parses a policy; `problem` says what is wrong with it, after `line:column:` for invalid JSON. */
export function readPolicyText(raw: string): LocatedPolicy | { problem: string } {
  // PowerShell's redirection writes a byte order mark.
  const text = raw.replace(/^\uFEFF/, '')
  const errors: ParseError[] = []
  const tree = parseTree(text, errors, { disallowComments: true })
  // Later errors only follow from the first one.
  const [error] = errors
  if (error !== undefined) return { problem: atOffset(text, error.offset, describeError(error)) }
  const duplicate = findDuplicateKey(tree)
  if (duplicate !== undefined) {
    const message = `the key ${JSON.stringify(duplicate.value)} is there a second time`
    return { problem: atOffset(text, duplicate.offset, message) }
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
  const node =
    findNodeAtLocation(tree, ['Statement', statement]) ?? findNodeAtLocation(tree, ['Statement'])
  return text.slice(0, node?.offset ?? 0).split('\n').length
}

/** JSON parsers keep the last of two values; AWS does not document which one IAM keeps. */
function findDuplicateKey(node: Node | undefined): Node | undefined {
  const children = node?.children ?? []
  const keys =
    node?.type === 'object' ? children.flatMap(({ children: [key] = [] }) => key ?? []) : []
  const duplicate = keys.find((key, index) =>
    keys.slice(0, index).some((each) => each.value === key.value),
  )
  return duplicate ?? children.map(findDuplicateKey).find((inChild) => inChild !== undefined)
}

function atOffset(text: string, offset: number, message: string): string {
  const lines = text.slice(0, offset).split('\n')
  const column = (lines.at(-1) ?? '').length + 1
  return `${lines.length}:${column}: ${message}`
}

/** `InvalidSymbol` becomes `Invalid symbol`. */
function describeError({ error }: ParseError): string {
  return printParseErrorCode(error).replace(
    /(?<=[a-z])[A-Z]/g,
    (letter) => ` ${letter.toLowerCase()}`,
  )
}

import type { PolicyDocument } from './document.ts'
import { parseJson, withoutMark } from './formats/json.ts'
import { isObject, lineOf, type Parsed } from './lines.ts'
import { readPolicy } from './read-document.ts'

/** A policy and the lines of its statements. */
interface LocatedPolicy {
  readonly policy: PolicyDocument
  /** The line of a statement, counted from 1; that of the policy itself for undefined. */
  readonly lineOf: (statement: number | undefined) => number
}

/** Parses a policy; `problem` says what is wrong with it, after `line:column:` for invalid JSON. */
export function readPolicyText(text: string): LocatedPolicy | { problem: string } {
  return readParsedPolicy(parseJson(withoutMark(text)))
}

export function readParsedPolicy(parsed: Parsed): LocatedPolicy | { problem: string } {
  if ('problem' in parsed) return parsed
  const { value } = parsed
  try {
    return { policy: readPolicy(value), lineOf: (statement) => lineOfStatement(value, statement) }
  } catch (reason) {
    return { problem: (reason as Error).message }
  }
}

function lineOfStatement(policy: unknown, index: number | undefined): number {
  if (index === undefined || !isObject(policy)) return lineOf(policy)
  const { Statement } = policy
  return lineOf(Array.isArray(Statement) ? Statement[index] : Statement)
}

import { Failure } from '../failure.ts'
import type { NamedPolicy } from './evaluate.ts'
import type { FoundPolicy } from './formats/found-policy.ts'
import { parseJson } from './formats/json.ts'
import { unreadable } from './read-policies.ts'
import { readParsedPolicy } from './read-text.ts'

/** A policy of a file that could be read. */
export interface ReadPolicy extends NamedPolicy {
  readonly found: FoundPolicy
  readonly text: string
  readonly lineOf: (statement: number | undefined) => number
}

/** One policy of an account must not keep the others from being checked. */
export function readAll(
  candidates: readonly FoundPolicy[],
  file: string,
): { read: ReadPolicy[]; unreadable: Failure[] } {
  const read: ReadPolicy[] = []
  const unreadable: Failure[] = []
  for (const found of candidates) {
    try {
      read.push(readFound(found, file))
    } catch (reason) {
      if (!(reason instanceof Failure)) throw reason
      unreadable.push(reason)
    }
  }
  return { read, unreadable }
}

/** Reads a policy of a file. Throws a Failure. */
export function readFound(found: FoundPolicy, file: string): ReadPolicy {
  const { document, name, line } = found
  const isText = typeof document === 'string'
  const text = isText ? decode(document) : JSON.stringify(document)
  const read = readParsedPolicy(isText ? parseJson(text) : { value: document })
  if ('problem' in read) {
    if (name === undefined) throw unreadable(file, read.problem)
    // The position is one in the text, not in the file.
    const problem = read.problem.replace(/^(\d+:\d+): (.*)$/s, '$2 at $1 of its text')
    throw unreadable(file, `line ${line}: ${name}: ${problem}`)
  }
  // The lines of a policy that is text are not those of the file.
  const lineOf = isText ? () => line : read.lineOf
  return { found, text, name: name ?? file, document: read.policy, lineOf }
}

/** IAM's answers have documents "in URL-encoded JSON" (IAM API reference, PolicyVersion). */
function decode(text: string): string {
  if (!text.startsWith('%7B')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

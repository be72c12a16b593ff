import { Failure } from '../../failure.ts'
import type { Account } from '../account/model.ts'
import { checkDescription } from './check.ts'
import { DescriptionProblem, type Place } from './problem.ts'
import { toAccount } from './to-account.ts'

/** Larger than any account for tests; the parser is slow beyond. */
const MAX_LENGTH = 1024 * 1024

/** The account of a file, in YAML or in JSON, which is YAML too. Throws a Failure that names the line. */
export async function readAccount(text: string, file: string): Promise<Account> {
  if (text.length > MAX_LENGTH) throw wrongFile(file, 1, 'more than 1 MB is no account for tests')
  const yaml = await import('yaml')
  const lines = new yaml.LineCounter()
  const parsed = yaml.parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
  })
  const [error] = parsed.errors
  if (error !== undefined) {
    throw wrongFile(file, lines.linePos(error.pos[0]).line, error.message.replace(/\.$/, ''))
  }
  const lineOf = (place: Place): number => {
    const parent = parsed.getIn(place.slice(0, -1), true)
    const pair = yaml.isMap(parent) && parent.items.find(({ key }) => String(key) === place.at(-1))
    const found = (pair ? pair.key : undefined) ?? parsed.getIn(place, true)
    const node = place.length === 0 ? parsed.contents : found
    return lines.linePos(yaml.isNode(node) ? (node.range?.[0] ?? 0) : 0).line
  }
  try {
    return toAccount(await checkDescription(parsed.toJS()))
  } catch (problem) {
    if (problem instanceof ReferenceError) throw wrongFile(file, 1, 'its aliases grow without end')
    if (!(problem instanceof DescriptionProblem)) throw problem
    throw wrongFile(file, lineOf(problem.place), problem.message)
  }
}

function wrongFile(file: string, line: number, problem: string): Failure {
  return new Failure(
    'files',
    `${file}:${line}: ${problem}.`,
    'correct that line, and start it again',
  )
}

import { Failure } from '../failure.ts'
import { MAKE_PLAN, type FoundPolicy, type PolicyFormat } from './formats/found-policy.ts'
import { FORMATS } from './formats/formats.ts'
import { parseJson, withoutMark } from './formats/json.ts'
import { parseYaml } from './formats/yaml.ts'
import { isObject } from './lines.ts'

/** A file and the policies in it. */
export interface PolicyFile {
  /** As the person names it; `-` for stdin. */
  readonly file: string
  readonly format: PolicyFormat
  readonly policies: readonly FoundPolicy[]
}

/** Everything that an account at IAM's quotas has is less. */
const MAX_LENGTH = 32 * 1024 * 1024

/** The policies in a file of any form. Throws a Failure for what is none. */
export async function readPolicies(raw: string, file: string): Promise<PolicyFile> {
  const text = withoutMark(raw)
  checkText(text, file)
  const isJson = /^\s*[[{]/.test(text)
  const parsed = isJson ? parseJson(text) : await parseYaml(text)
  if ('problem' in parsed) {
    const isOther = parsed.isSyntax === true && !TEMPLATE.test(text)
    throw unreadable(file, isOther ? UNKNOWN : parsed.problem)
  }
  const { value } = parsed
  const isFile = isObject(value) || Array.isArray(value)
  const format = isFile ? FORMATS.find((each) => each.matches(value)) : undefined
  if (format === undefined) throw unreadable(file, UNKNOWN)
  try {
    return { file, format, policies: format.find(value as never) }
  } catch (reason) {
    throw unreadable(file, (reason as Error).message)
  }
}

export function unreadable(file: string, problem: string): Failure {
  const hint = 'fix it, or start from "mfa-login policy show"'
  return new Failure('files', `${nameOf(file)}: ${problem}.`, hint)
}

export function nameOf(file: string): string {
  return file === '-' ? 'stdin' : file
}

/** A key that only a template or policy in YAML has: what is wrong in its syntax is then of help. */
const TEMPLATE = /^\s*["']?(AWSTemplateFormatVersion|Resources|PolicyDocument|Statement)["']?\s*:/m

const UNKNOWN = `no policy in a known form; known are ${FORMATS.map(({ name }) => name).join(', ')}`

/** A block of Terraform's own language. */
const HCL = /^\s*(resource|data|variable|locals|module|provider|terraform|output)\b[^\n:]*\{/m

function checkText(text: string, file: string): void {
  const name = nameOf(file)
  if (text.length > MAX_LENGTH) {
    const size = Math.round(text.length / 1024 / 1024)
    throw new Failure(
      'files',
      `${name}: ${size} MB is more than the 32 MB that "policy check" reads.`,
      'check its policies one by one, as "aws iam get-policy-version" prints them',
    )
  }
  if (text.trim() === '') throw unreadable(file, 'it is empty')
  const nul = text.indexOf('\0')
  if (nul >= 0) {
    const line = text.slice(0, nul).split('\n').length
    throw unreadable(file, `line ${line} has a NUL character, so it is no text`)
  }
  if (/^\s*[[{]/.test(text) || !HCL.test(text)) return
  throw new Failure(
    'files',
    `${name} is Terraform’s own language, which only Terraform evaluates.`,
    MAKE_PLAN,
  )
}

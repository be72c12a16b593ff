/** The options of commands that make a policy, and the policy they ask for. */
import { usageFailure } from '../failure.ts'
import { quoteWord } from '../sanitize.ts'
import { ALL_STYLES, STYLE, withFirstPassword } from './documents.ts'
import type { PolicyDocument } from './document.ts'
import { formatDate, isFarAway } from './exceptions.ts'
import { withExceptions, type Exceptions } from './with-exceptions.ts'

export const POLICY_OPTIONS = {
  style: { ...STYLE, parse: parseStyle },
  'allow-first-password': {
    about: 'let users without MFA set the password that they must change at the first sign-in',
  },
  'except-path': {
    value: 'PATH',
    about:
      'leave users under this IAM path, such as /machines/, out of the Deny until --until; repeatable',
    repeatable: true,
    parse: parsePath,
  },
  'except-tag': {
    value: 'KEY=VALUE',
    about: 'leave users with this tag out of the Deny until --until; repeatable',
    repeatable: true,
    parse: parseTag,
  },
  until: {
    value: 'DATE',
    about:
      'when exceptions end, which all must: a day (0:00 UTC) or a time, as in 2027-03-31 or 2027-03-31T18:00Z',
    parse: parseEnd,
  },
} as const

/** Throws a usage Failure; a service control policy is one of another kind. */
function parseStyle(text: string): (typeof STYLE.choices)[number] {
  const style = STYLE.choices.find((each) => each === text)
  if (style !== undefined) return style
  if (text !== 'scp') {
    throw usageFailure(
      `There is no style ${quoteWord(text)}.`,
      `--style ${STYLE.choices.join(' or ')}`,
    )
  }
  throw usageFailure(
    'A service control policy is attached in AWS Organizations, not to a group or user.',
    'mfa-login policy show --style scp, which prints it for aws organizations create-policy',
  )
}

export const ANY_STYLE = {
  ...STYLE,
  about: `${STYLE.about}, or a service control policy for users (scp)`,
  choices: [...STYLE.choices, 'scp'],
} as const satisfies { choices: readonly (keyof typeof ALL_STYLES)[]; [more: string]: unknown }

export const POLICY_NAME = {
  value: 'NAME',
  about: 'the name of the policy',
  default: 'mfa_mandatory',
  parse: (name: string) => checkIamName(name, 'A policy', '--name mfa_mandatory'),
} as const

/** IAM API reference: the characters of PolicyName in CreatePolicy, and of GroupName in CreateGroup. */
export function checkIamName(name: string, what: string, hint: string): string {
  if (/^[\w+=,.@-]{1,128}$/.test(name)) return name
  throw usageFailure(`${what} cannot be called ${JSON.stringify(name)}.`, hint)
}

export interface PolicyInput {
  readonly style: keyof typeof ALL_STYLES
  readonly allowFirstPassword: boolean
  readonly exceptPath: Exceptions['paths']
  readonly exceptTag: Exceptions['tags']
  readonly until: Date | undefined
}

/**
 * The policy that is asked for, by the partition of the account. Throws a usage Failure for exceptions that would never
 * end, or never begin.
 */
export function preparePolicy(
  input: PolicyInput,
  now: Date,
): (partition: string) => PolicyDocument {
  const exceptions = readExceptions(input, now)
  return (partition) => {
    const plain = ALL_STYLES[input.style](partition)
    const document = input.allowFirstPassword ? withFirstPassword(plain, partition) : plain
    return exceptions === undefined ? document : withExceptions(document, exceptions, partition)
  }
}

function readExceptions(
  { exceptPath: paths, exceptTag: tags, until }: PolicyInput,
  now: Date,
): Exceptions | undefined {
  const isExcepting = paths.length + tags.length > 0
  if (until === undefined) {
    if (!isExcepting) return undefined
    throw usageFailure('An exception needs an end.', `--until ${formatDay(now, 90)}`)
  }
  if (!isExcepting) {
    const hint = '--except-path /machines/ or --except-tag mfa=exempt beside it'
    throw usageFailure('--until is the end of an exception, and there is none.', hint)
  }
  if (until <= now) {
    const message = `--until ${formatDate(until)} has passed, so that nobody would be excepted.`
    throw usageFailure(message, `--until ${formatDay(now, 90)}, or the command without exceptions`)
  }
  return { paths, tags, until: formatDate(until) }
}

/** A sentence on an end that is far away, as that is often a typo; else undefined. */
export function noteOnEnd({ until }: Pick<PolicyInput, 'until'>, now: Date): string | undefined {
  if (until === undefined || !isFarAway(until, now)) return undefined
  return `--until ${formatDate(until)} is more than a year away. An exception should end sooner; check the year.`
}

function formatDay(now: Date, days: number): string {
  return new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10)
}

/** IAM API reference, CreateUser, Path; without what a condition would read as a wildcard or variable. */
function parsePath(text: string): string {
  if (/^\/([!-~]{1,510}\/)$/.test(text) && !/[*?$]/.test(text)) return text
  const [hint, message] =
    text === '/'
      ? ['--except-path /machines/', 'The path / is that of all users.']
      : [`--except-path ${suggestPath(text)}`, `${JSON.stringify(text)} is no IAM path.`]
  throw usageFailure(message, hint)
}

function suggestPath(text: string): string {
  const inner = text.replaceAll(/[^!-~]|[*?$]/g, '').replaceAll(/^\/+|\/+$/g, '')
  return /^[\w./-]+$/.test(inner) ? `/${inner}/` : '/machines/'
}

/** IAM User Guide, "Tags for IAM resources": the characters and lengths of keys and values. */
const TAG = /^([\p{L}\p{Z}\p{N}_.:/+@-]{1,128})=([\p{L}\p{Z}\p{N}_.:/=+@-]{1,256})$/u

function parseTag(text: string): Exceptions['tags'][number] {
  const [, key, value] = TAG.exec(text) ?? []
  if (key !== undefined && value !== undefined) return { key, value }
  throw usageFailure(`${JSON.stringify(text)} is no tag.`, '--except-tag mfa=exempt')
}

const DAY = /^\d{4}-\d\d-\d\d$/
const TIME = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/

function parseEnd(text: string): Date {
  const day = DAY.test(text) ? text : (TIME.exec(text)?.[1] ?? '')
  const [date, begin] = [new Date(text), new Date(day)]
  const isValid = ![date, begin].some((each) => Number.isNaN(each.getTime()))
  // Date takes 2027-02-30 for March 2.
  if (isValid && begin.toISOString().startsWith(day)) return date
  const hint = '--until 2027-03-31 or --until 2027-03-31T18:00Z'
  throw usageFailure(`${JSON.stringify(text)} is no day or time.`, hint)
}

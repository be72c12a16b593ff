/** How the commands of a report reach the account as the audit did; pure. */
import { quotePosixIfNeeded } from '../shell/quote.ts'

export interface Caller {
  /** A word as the shell of the person takes it. */
  readonly quote: (word: string) => string
  /** Options of mfa-login that name the account, with a space before each. */
  readonly options: string
  /** The AWS CLI with the session of the audit. */
  readonly aws: string
  /** The user whose session has no MFA, which enforcing it would lock out. */
  readonly withoutMfa: string | undefined
}

interface Session {
  readonly profile: string | undefined
  readonly region: string | undefined
  /** Whether the session is in the environment, where the AWS CLI finds it, too. */
  readonly isInEnvironment: boolean
  /** Undefined for a role. */
  readonly user: string | undefined
  readonly hasMfa: boolean
}

export function callerOf(session: Session, quote: Caller['quote']): Caller {
  const { profile, region, isInEnvironment, user, hasMfa } = session
  const named = { profile, region }
  const options = Object.entries(named)
    .map(([option, value]) => (value === undefined ? '' : ` --${option} ${quote(value)}`))
    .join('')
  return {
    quote,
    options,
    aws: isInEnvironment ? 'aws' : `mfa-login exec${options} -- aws`,
    withoutMfa: hasMfa ? undefined : user,
  }
}

/** Somebody whose environment has a session with MFA. */
export const SESSION_IN_ENVIRONMENT = callerOf(
  {
    profile: undefined,
    region: undefined,
    isInEnvironment: true,
    user: undefined,
    hasMfa: true,
  },
  quotePosixIfNeeded,
)

/** The characters and the length of IAM's names of users and groups (IAM API reference); emulators take others. */
const NAME = /^[\w+=,.@-]{1,128}$/

/** An option of a command with a name; `NAME` where the name is none of IAM's. */
export function nameOption(option: string, name: string, { quote }: Caller): string {
  if (!NAME.test(name)) return `--${option} NAME`
  return `--${option}${name.startsWith('-') ? '=' : ' '}${quote(name)}`
}

/** How the commands that an administrator is told reach the same account; pure. */
import type { Principal } from '../aws/iam-api.ts'
import { POLICY_NAME } from '../policy/policy-options.ts'
import { quotePosixIfNeeded } from '../shell/quote.ts'

export interface Caller {
  /** A word as the shell of the person takes it. */
  readonly quote: (word: string) => string
  /** Options of mfa-login that name the account, with a space before each. */
  readonly options: string
  /** The AWS CLI with the same session, or the bare key of a user without a device. */
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
    aws: isInEnvironment ? 'aws' : hasMfa ? `mfa-login exec${options} -- aws` : `aws${options}`,
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

/** The options that name a principal, a policy that is not called as usual, and the account. */
export function optionsFor(
  { kind, name }: Principal,
  caller: Caller,
  policy: string = POLICY_NAME.default,
): string {
  const named = policy === POLICY_NAME.default ? '' : ` ${nameOption('name', policy, caller)}`
  return `${nameOption(kind, name, caller)}${named}${caller.options}`
}

/** The options that several commands share; each list of values is the one of its domain. */
import { checkSerialNumber } from './mfa/serial.ts'
import { checkPromptName, PROMPT_NAMES } from './mfa/prompts/prompt-names.ts'
import { checkProfileName } from './profile/resolve.ts'
import { sessionSeconds } from './session/model/duration.ts'
import { parseMinTtl } from './session/model/freshness.ts'

/** The value of `--profile` and of other options that name a profile. */
export const PROFILE_NAME = { value: 'NAME', type: 'profile', parse: checkProfileName } as const

export const NAMED_PROFILE = {
  ...PROFILE_NAME,
  short: 'p',
  about: 'the profile',
  isOperand: true,
  defaultText: 'AWS_PROFILE, then AWS_DEFAULT_PROFILE, then "default"',
} as const

/** The same for commands that a person runs: at a terminal without a default profile, there is a choice. */
export const PROFILE = { ...NAMED_PROFILE, pickUnless: [] } as const

/** The same where a session in the environment may be that of an administrator. */
export const ADMINISTRATOR = {
  ...PROFILE,
  about: 'the profile of an administrator',
  defaultText: `a session in the environment, then ${PROFILE.defaultText}`,
} as const

export const SERIAL = {
  value: 'ARN',
  about: 'serial number of the MFA device',
  defaultText: 'from mfa_serial, AWS_MFA_SERIAL or IAM',
  parse: checkSerialNumber,
} as const

export const TOKEN_CODE = {
  value: 'CODE',
  about: 'the six-digit code, or - to read it from stdin',
  defaultText: 'from mfa_process, or you are asked',
} as const

export const DURATION = {
  value: 'TIME',
  about: 'session length such as 12h, 45m or 43200: 15m to 36h, root 1h, roles 12h',
  defaultText: 'duration_seconds, then 12h, for roles 1h',
  /** Stays a text: its bounds depend on whose session it is. */
  parse: (text: string): string => {
    sessionSeconds(text, false)
    return text
  },
} as const

export const MIN_TTL = {
  value: 'TIME',
  about: 'use a cached session only if it has at least this much time left',
  default: parseMinTtl(undefined),
  defaultText: '15m',
  parse: parseMinTtl,
} as const

export const PROMPT = {
  value: 'NAME',
  about: 'how to ask for the code',
  choices: PROMPT_NAMES,
  defaultText: 'MFA_LOGIN_PROMPT, then auto',
  /** MFA_LOGIN_PROMPT is checked by the same function. */
  parse: (text: string) => checkPromptName(text),
} as const

export const JSON_OUTPUT = { about: 'print JSON' } as const

export const DRY_RUN = { about: 'show the change, write nothing' } as const

export const YES = { short: 'y', about: 'do not ask' } as const

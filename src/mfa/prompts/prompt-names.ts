import type { Context } from '../../context.ts'
import { usageFailure } from '../../failure.ts'

/** In the order in which they are tried; each is a file of this folder. */
export const PROMPT_ORDER = [
  'ykman',
  'powershell',
  'terminal',
  'pinentry',
  'zenity',
  'kdialog',
  'osascript',
] as const

export type PromptName = (typeof PROMPT_ORDER)[number]
export type PromptChoice = PromptName | 'auto'

/** The values of `--prompt` and MFA_LOGIN_PROMPT. */
export const PROMPT_NAMES: readonly PromptChoice[] = ['auto', ...PROMPT_ORDER]

/** Throws a usage Failure for a name that is not in the list. */
export function checkPromptName(
  name: string | undefined,
  from = '--prompt',
): PromptChoice | undefined {
  const choice = PROMPT_NAMES.find((each) => each === name)
  if (choice !== undefined || name === undefined) return choice
  throw usageFailure(
    `There is no prompt ${JSON.stringify(name)}.`,
    `${from} with one of ${PROMPT_NAMES.join(', ')}`,
  )
}

/** The choice in MFA_LOGIN_PROMPT. Throws a usage Failure for a name that is not in the list. */
export function promptFromEnvironment(env: Context['env']): PromptChoice | undefined {
  return checkPromptName(env.MFA_LOGIN_PROMPT, 'MFA_LOGIN_PROMPT')
}

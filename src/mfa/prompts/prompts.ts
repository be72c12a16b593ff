/** Every way of asking for a code. This list is the only place that names them all. */
import { usageFailure } from '../../failure.ts'
import {
  firstNonEmpty,
  type CodePrompt,
  type Platform,
  type PromptEnvironment,
} from './code-prompt.ts'
import { kdialog } from './kdialog.ts'
import { osascript } from './osascript.ts'
import { pinentry } from './pinentry.ts'
import { powershell } from './powershell.ts'
import { terminal } from './terminal.ts'
import { ykman } from './ykman.ts'
import { zenity } from './zenity.ts'

/** In the order in which they are tried. */
export const PROMPTS = [ykman, terminal, pinentry, zenity, kdialog, osascript, powershell] as const

export type PromptName = (typeof PROMPTS)[number]['name']
export type PromptChoice = PromptName | 'auto'

/** The values of `--prompt` and MFA_LOGIN_PROMPT. */
export const PROMPT_NAMES: readonly PromptChoice[] = ['auto', ...PROMPTS.map(({ name }) => name)]

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
export function promptFromEnvironment(env: PromptEnvironment['env']): PromptChoice | undefined {
  return checkPromptName(firstNonEmpty(env, 'MFA_LOGIN_PROMPT'), 'MFA_LOGIN_PROMPT')
}

/** The prompts to try, in order: the chosen one, or all that are made for this platform. */
export function promptsToTry(
  choice: PromptChoice,
  environment: PromptEnvironment,
): readonly CodePrompt<PromptName>[] {
  const prompts: readonly CodePrompt<PromptName>[] = PROMPTS
  if (choice !== 'auto') return prompts.filter(({ name }) => name === choice)
  const platform = platformIn(environment)
  return prompts.filter(
    ({ platforms, isConfigured }) =>
      platforms.includes(platform) && (isConfigured?.(environment) ?? true),
  )
}

function platformIn({ platform }: PromptEnvironment): Platform {
  switch (platform) {
    case 'darwin':
      return 'macos'
    case 'win32':
      return 'windows'
    default:
      return 'linux'
  }
}

/** The names of other prompts that may work here. */
export function otherPrompts(choice: PromptChoice, environment: PromptEnvironment): PromptName[] {
  return promptsToTry('auto', environment)
    .filter((prompt) => prompt.name !== choice && prompt.unavailable(environment) === undefined)
    .map(({ name }) => name)
}

import { usageFailure } from '../../failure.ts'

/** Ways of asking for a code, as `--prompt` and MFA_LOGIN_PROMPT name them. */
export const PROMPT_NAMES = [
  'auto',
  'ykman',
  'terminal',
  'pinentry',
  'zenity',
  'kdialog',
  'osascript',
  'powershell',
] as const

export type PromptChoice = (typeof PROMPT_NAMES)[number]
export type PromptName = Exclude<PromptChoice, 'auto'>

type Env = Readonly<Record<string, string | undefined>>

/** Throws a usage Failure for a name that is none. */
export function checkPromptName(
  name: string | undefined,
  from = '--prompt',
): PromptChoice | undefined {
  const found = PROMPT_NAMES.find((each) => each === name)
  if (found !== undefined || name === undefined) return found
  throw usageFailure(
    `There is no prompt ${JSON.stringify(name)}.`,
    `${from} with one of ${PROMPT_NAMES.join(', ')}`,
  )
}

/** The first of some variables that is set to anything. */
export function firstNonEmpty(env: Env, ...names: readonly string[]): string | undefined {
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== '')
}

/** What MFA_LOGIN_PROMPT says. */
export function promptFromEnvironment(env: Env): PromptChoice | undefined {
  return checkPromptName(firstNonEmpty(env, 'MFA_LOGIN_PROMPT'), 'MFA_LOGIN_PROMPT')
}

/** The AWS SDK for Go ends credential_process after a minute (aws-sdk-go-v2, processcreds). */
const USUAL_SECONDS = 55

/** How long a question waits for its answer. Throws a usage Failure for what is no such time. */
export function promptSeconds({ MFA_LOGIN_PROMPT_TIMEOUT: text }: Env): number {
  if (!text) return USUAL_SECONDS
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (seconds >= 1 && seconds <= 3600) return seconds
  throw usageFailure(
    `MFA_LOGIN_PROMPT_TIMEOUT is ${JSON.stringify(text)}, and not seconds from 1 to 3600.`,
    `MFA_LOGIN_PROMPT_TIMEOUT=${USUAL_SECONDS}`,
  )
}

/** The ways to try without a choice. A key is asked only where it is said to have the account. */
export function promptsInTurn(platform: string, isKeyWanted: boolean): PromptName[] {
  return [...(isKeyWanted ? (['ykman'] as const) : []), ...promptsOn(platform)]
}

function promptsOn(platform: string): readonly PromptName[] {
  switch (platform) {
    case 'win32':
      return ['terminal', 'powershell']
    case 'darwin':
      return ['terminal', 'pinentry', 'osascript']
    default:
      return ['terminal', 'pinentry', 'zenity', 'kdialog']
  }
}

/** Why a prompt cannot work here, as far as it can be told without trying. */
export function unfit(name: PromptName, platform: string, env: Env): string | undefined {
  switch (name) {
    case 'zenity':
    case 'kdialog':
      return hasDisplay(env) ? undefined : 'no DISPLAY or WAYLAND_DISPLAY'
    case 'pinentry':
      // On macOS a window needs no variable.
      return hasDisplay(env) || env.GPG_TTY || platform === 'darwin'
        ? undefined
        : 'no DISPLAY, WAYLAND_DISPLAY or GPG_TTY'
    default:
      return undefined
  }
}

/** What else may work here, as far as it can be told without trying. */
export function othersThan(
  choice: PromptChoice,
  { platform, env, isKeyWanted }: { platform: string; env: Env; isKeyWanted: boolean },
): PromptName[] {
  return promptsInTurn(platform, isKeyWanted).filter(
    (name) => name !== choice && unfit(name, platform, env) === undefined,
  )
}

export function hasDisplay(env: Env): boolean {
  return firstNonEmpty(env, 'DISPLAY', 'WAYLAND_DISPLAY') !== undefined
}

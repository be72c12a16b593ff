/** Every way of asking for a code. */
import type { Context } from '../../context.ts'
import { NoWayToAsk } from '../../failure.ts'
import {
  ALL_PLATFORMS,
  PromptUnavailable,
  type CodePrompt,
  type CodeRequest,
  type OpenPrompt,
  type PromptEnvironment,
} from './code-prompt.ts'
import { kdialog } from './kdialog.ts'
import { osascript } from './osascript.ts'
import { pinentry } from './pinentry.ts'
import { powershell } from './powershell.ts'
import { PROMPT_ORDER, type PromptChoice, type PromptName } from './prompt-names.ts'
import { terminal } from './terminal.ts'
import { ykman } from './ykman.ts'
import { zenity } from './zenity.ts'

const BY_NAME: { readonly [Name in PromptName]: CodePrompt<Name> } = {
  ykman,
  powershell,
  terminal,
  pinentry,
  zenity,
  kdialog,
  osascript,
}

/** In the order in which they are tried. */
export const PROMPTS: readonly CodePrompt<PromptName>[] = PROMPT_ORDER.map((name) => BY_NAME[name])

/** The prompts to try, in order: the chosen one, or all that are made for this platform. */
export function promptsToTry(
  choice: PromptChoice,
  environment: PromptEnvironment,
): readonly CodePrompt<PromptName>[] {
  if (choice !== 'auto') return PROMPTS.filter(({ name }) => name === choice)
  const platform = ALL_PLATFORMS.find((each) => each === environment.platform) ?? 'linux'
  const found = PROMPTS.filter(
    ({ platforms, isConfigured }) =>
      platforms.includes(platform) && (isConfigured?.(environment) ?? true),
  )
  const isLast = (prompt: CodePrompt): boolean => prompt.isLast?.(environment) ?? false
  return [...found.filter((each) => !isLast(each)), ...found.filter(isLast)]
}

/** The names of other prompts that may work here. */
export function otherPrompts(choice: PromptChoice, environment: PromptEnvironment): PromptName[] {
  return promptsToTry('auto', environment)
    .filter((prompt) => prompt.name !== choice && !prompt.unavailable?.(environment))
    .map(({ name }) => name)
}

/** Asks with the first prompt that works. Throws a Failure `noCodeSource` if none does. */
export async function openFirstPrompt(
  context: Context,
  codeRequest: Omit<CodeRequest, 'isChosen'>,
  choice: PromptChoice,
): Promise<OpenPrompt> {
  const request = { ...codeRequest, isChosen: choice !== 'auto' }
  const { platform, env, debug, isInteractive } = context
  const isTerminalTaken = context.isTerminalTaken()
  const { keyAccount } = request
  const environment = { platform, env, isInteractive, keyAccount, isTerminalTaken }
  const remaining = [...promptsToTry(choice, environment)]
  const skipped = new Map<string, string[]>()
  let current: OpenPrompt | undefined
  const open = async (prompt: CodePrompt): Promise<OpenPrompt> => {
    const reason = prompt.unavailable?.(environment)
    if (reason !== undefined) throw new PromptUnavailable(reason)
    const opened = await prompt.open(context, request)
    const why = choice === 'auto' ? 'the first that seems to work here' : 'which was chosen'
    debug.log(`uses the prompt ${prompt.name}, ${why}`)
    return opened
  }
  const withPrompt = async <T>(use: (prompt: OpenPrompt) => T): Promise<Awaited<T>> => {
    const [prompt] = remaining
    if (prompt === undefined) throw noPromptLeft(choice, request.profile, environment, skipped)
    try {
      current ??= await open(prompt)
      return await use(current)
    } catch (error) {
      if (!(error instanceof PromptUnavailable)) throw error
      const reason = error.message
      skipped.set(reason, [...(skipped.get(reason) ?? []), prompt.name])
      debug.log(`the prompt ${prompt.name} is not available: ${reason}`)
      current?.close()
      current = undefined
      remaining.shift()
      return withPrompt(use)
    }
  }
  await withPrompt(() => undefined)
  return {
    ask: async (problem) => withPrompt(async (prompt) => prompt.ask(problem)),
    waitForNextCode: async () => withPrompt(async (prompt) => prompt.waitForNextCode()),
    close: () => current?.close(),
  }
}

/** `skipped` has the names of the prompts that were tried by the reason why they did not work. */
function noPromptLeft(
  choice: PromptChoice,
  profile: string,
  environment: PromptEnvironment & { readonly isTerminalTaken: boolean },
  skipped: ReadonlyMap<string, readonly string[]>,
): NoWayToAsk {
  const { isTerminalTaken } = environment
  // Without --force, a login keeps a session that has too little time left here.
  const elsewhere = `mfa-login --profile ${profile} --force in the foreground or in another terminal`
  const inTerminal = isTerminalTaken ? elsewhere : `mfa-login --profile ${profile} in a terminal`
  if (choice !== 'auto') {
    const [reason = ''] = skipped.keys()
    const others = isTerminalTaken ? '' : otherPrompts(choice, environment).join(', ')
    const hint = others && `another one with --prompt or MFA_LOGIN_PROMPT: ${others}`
    const message = `The prompt ${choice} cannot be used: ${reason}.`
    return new NoWayToAsk('noCodeSource', message, hint || inTerminal)
  }
  const reasons = [...skipped].map(([reason, names]) => `${names.join(', ')} (${reason})`)
  return new NoWayToAsk(
    'noCodeSource',
    `The session of profile ${profile} needs an MFA code, and there is no way to ask for it: ${reasons.join('; ')}.`,
    isTerminalTaken ? inTerminal : `${inTerminal}, or set mfa_process or MFA_LOGIN_PROMPT`,
  )
}

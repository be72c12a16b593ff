import type { Context } from '../../context.ts'
import { Failure } from '../../failure.ts'
import {
  PromptUnavailable,
  type CodeRequest,
  type OpenPrompt,
  type PromptEnvironment,
} from './code-prompt.ts'
import { otherPrompts, promptsToTry, type PromptChoice } from './prompts.ts'

interface SkippedPrompt {
  readonly name: string
  readonly reason: string
}

/** Asks with the first prompt that works. Throws a Failure `noCodeSource` if none does. */
export async function openFirstPrompt(
  context: Context,
  codeRequest: Omit<CodeRequest, 'isChosen'>,
  choice: PromptChoice,
): Promise<OpenPrompt> {
  const request = { ...codeRequest, isChosen: choice !== 'auto' }
  const { platform, env } = context
  const environment = { platform, env, keyAccount: request.keyAccount }
  const remaining = [...promptsToTry(choice, environment)]
  const skipped: SkippedPrompt[] = []
  const skip = (name: string, error: unknown): void => {
    if (!(error instanceof PromptUnavailable)) throw error
    skipped.push({ name, reason: error.message })
    context.debug.log(`the prompt ${name} is not available: ${error.message}`)
  }
  const openNext = async (): Promise<OpenPrompt & { readonly name: string }> => {
    const prompt = remaining.shift()
    if (prompt === undefined) throw noPromptLeft(choice, request.profile, environment, skipped)
    try {
      const reason = prompt.unavailable(environment)
      if (reason !== undefined) throw new PromptUnavailable(reason)
      const opened = await prompt.open(context, request)
      context.debug.log(`uses the prompt ${prompt.name}, ${describeChoice(choice)}`)
      return { ...opened, name: prompt.name }
    } catch (error) {
      skip(prompt.name, error)
      return openNext()
    }
  }
  let current = await openNext()
  const ask = async (problem: string | undefined): Promise<string> => {
    try {
      return await current.ask(problem)
    } catch (error) {
      skip(current.name, error)
      current.close()
      current = await openNext()
      return ask(problem)
    }
  }
  return {
    ask,
    waitForNextCode: async () => current.waitForNextCode(),
    close: () => current.close(),
  }
}

function describeChoice(choice: PromptChoice): string {
  return choice === 'auto' ? 'the first that seems to work here' : 'which was chosen'
}

function noPromptLeft(
  choice: PromptChoice,
  profile: string,
  environment: PromptEnvironment,
  skipped: readonly SkippedPrompt[],
): Failure {
  const inTerminal = `mfa-login --profile ${profile} in a terminal`
  if (choice !== 'auto') {
    const others = otherPrompts(choice, environment)
    return new Failure(
      'noCodeSource',
      `The prompt ${choice} cannot be used: ${skipped[0]?.reason ?? ''}.`,
      others.length === 0
        ? inTerminal
        : `another one with --prompt or MFA_LOGIN_PROMPT: ${others.join(', ')}`,
    )
  }
  const reasons = [...new Set(skipped.map(({ reason }) => reason))].map((reason) => {
    const names = skipped.filter((each) => each.reason === reason).map(({ name }) => name)
    return `${names.join(', ')} (${reason})`
  })
  return new Failure(
    'noCodeSource',
    `The session of profile ${profile} needs an MFA code, and there is no way to ask for it: ${reasons.join('; ')}.`,
    `${inTerminal}, or set mfa_process or MFA_LOGIN_PROMPT`,
  )
}

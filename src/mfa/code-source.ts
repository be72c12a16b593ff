import type { Context } from '../context.ts'
import { Failure, usageFailure } from '../failure.ts'
import { openPrompt, type Prompter, type Wanted } from './prompts/ask-person.ts'
import {
  firstNonEmpty,
  othersThan,
  promptFromEnvironment,
  promptSeconds,
  promptsInTurn,
  type PromptChoice,
} from './prompts/prompt-choice.ts'
import { isTokenCode, normalizeCode, untilNextCode } from './token-code.ts'

/** Where token codes come from. */
export interface CodeSource {
  readonly kind: 'given' | 'process' | 'prompt'
  /** How many codes may be refused before giving up. */
  readonly tries: number
  next(): Promise<string>
  /** Tells that the code was refused, and why. */
  refused(why: string): Promise<void>
  /** Waits until the authenticator shows another code than the one that was used. */
  waitForAnother(): Promise<void>
  close(): void
}

export interface CodeQuestion {
  /** `--token-code`: a code, or `-` for stdin. */
  readonly tokenCode: string | undefined
  /** A command line that prints a code (aws-vault's `mfa_process`). */
  readonly mfaProcess: string | undefined
  /** `--prompt`. */
  readonly prompt: PromptChoice | undefined
  /** The name of the account on a YubiKey, as the config says. */
  readonly keyAccount: string | undefined
  /** When whoever asked for the session began to wait, where it does not wait for ever. */
  readonly callerStartedAt: number | undefined
  readonly profile: string
  readonly serialNumber: string
}

export async function codeSource(context: Context, question: CodeQuestion): Promise<CodeSource> {
  const { tokenCode, mfaProcess, prompt } = question
  if (tokenCode !== undefined) return givenCode(context, question, tokenCode)
  // What is said for this one run beats what is said for the profile, and that what is said for all.
  const isChosen = prompt !== undefined && prompt !== 'auto'
  if (mfaProcess !== undefined && !isChosen) return processCode(context, mfaProcess)
  return askedCode(context, question, prompt ?? promptFromEnvironment(context.env) ?? 'auto')
}
async function givenCode(
  context: Context,
  { profile }: CodeQuestion,
  tokenCode: string,
): Promise<CodeSource> {
  const text = tokenCode === '-' ? ((await context.readStdin()).split('\n')[0] ?? '') : tokenCode
  const code = normalizeCode(text)
  if (!isTokenCode(code)) {
    throw usageFailure('A token code has six digits.', 'mfa-login --token-code 123456')
  }
  return {
    kind: 'given',
    tries: 1,
    next: () => Promise.resolve(code),
    refused: () => Promise.resolve(),
    waitForAnother: () => {
      const seconds = Math.ceil(untilNextCode(context.now()) / 1000)
      throw new Failure(
        'refused',
        'This code has been used already; every code works once.',
        `in ${seconds} s, with the next code: mfa-login --profile ${profile}`,
      )
    },
    close: () => undefined,
  }
}

function processCode(context: Context, commandLine: string): CodeSource {
  const waitForAnother = async (): Promise<void> =>
    context.sleep(untilNextCode(context.now()) + 500)
  return {
    kind: 'process',
    tries: 2,
    next: async () => {
      const code = normalizeCode(await context.outputOf(commandLine))
      if (isTokenCode(code)) return code
      throw new Failure(
        'noCodeSource',
        'The command in mfa_process did not print a six-digit code.',
        'run it by hand and look at its first line',
      )
    },
    refused: waitForAnother,
    waitForAnother,
    close: () => undefined,
  }
}

interface Failed {
  readonly name: string
  readonly why: string
}

/** Asks a person, by the first way that works. */
async function askedCode(
  context: Context,
  question: CodeQuestion,
  choice: PromptChoice,
): Promise<CodeSource> {
  const wanted = wantedOf(context, question)
  const isKeyWanted = wanted.keyAccount !== undefined
  const names = choice === 'auto' ? promptsInTurn(context.platform, isKeyWanted) : [choice]
  const failed: Failed[] = []
  const nextPrompter = async (): Promise<Prompter> => {
    const name = names[failed.length]
    if (name === undefined) throw nothingToAskWith(context, wanted, choice, failed)
    const opened = await openPrompt(context, name, wanted, choice)
    if (typeof opened !== 'string') return opened
    failed.push({ name, why: opened })
    return nextPrompter()
  }
  let prompter = await nextPrompter()
  let problem: string | undefined
  return {
    kind: 'prompt',
    tries: 3,
    next: async () => {
      for (;;) {
        const answer = await prompter.ask(problem)
        if (answer.kind === 'typed') return normalizeCode(answer.text)
        prompter.close()
        failed.push({ name: names[failed.length] ?? '', why: answer.why })
        prompter = await nextPrompter()
      }
    },
    refused: (why) => {
      problem = why
      return Promise.resolve()
    },
    waitForAnother: async () => {
      problem = await prompter.waitForAnother()
    },
    close: () => {
      prompter.close()
    },
  }
}

function wantedOf({ env }: Context, question: CodeQuestion): Wanted {
  const { profile, serialNumber, keyAccount, callerStartedAt: callerStartedAt } = question
  const seconds = promptSeconds(env)
  return {
    profile,
    serialNumber,
    keyAccount: keyAccount ?? firstNonEmpty(env, 'YKMAN_OATH_CREDENTIAL_NAME'),
    seconds,
    until: callerStartedAt === undefined ? undefined : callerStartedAt + seconds * 1000,
  }
}

function nothingToAskWith(
  { platform, env }: Context,
  { profile, keyAccount }: Wanted,
  choice: PromptChoice,
  failed: readonly Failed[],
): Failure {
  if (choice !== 'auto') {
    const others = othersThan(choice, { platform, env, isKeyWanted: keyAccount !== undefined })
    const inTerminal = `mfa-login --profile ${profile} in a terminal`
    return new Failure(
      'noCodeSource',
      `The prompt ${choice} cannot be used: ${failed[0]?.why ?? ''}.`,
      others.length === 0
        ? inTerminal
        : `another one with --prompt or MFA_LOGIN_PROMPT: ${others.join(', ')}`,
    )
  }
  const reasons = [...new Set(failed.map(({ why }) => why))].map((reason) => {
    const names = failed.filter(({ why }) => why === reason).map(({ name }) => name)
    return `${names.join(', ')} (${reason})`
  })
  return new Failure(
    'noCodeSource',
    `The session of profile ${profile} needs an MFA code, and there is no way to ask for it: ${reasons.join('; ')}.`,
    `mfa-login --profile ${profile} in a terminal, or set mfa_process or MFA_LOGIN_PROMPT`,
  )
}

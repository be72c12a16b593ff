import type { Context, Terminal } from '../context.ts'
import { Failure, usageFailure } from '../failure.ts'
import { isTokenCode, normaliseCode, untilNextCode } from './token-code.ts'

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
  readonly profile: string
  readonly serialNumber: string
}

export async function codeSource(context: Context, question: CodeQuestion): Promise<CodeSource> {
  if (question.tokenCode !== undefined) return givenCode(context, question, question.tokenCode)
  if (question.mfaProcess !== undefined) return processCode(context, question.mfaProcess)
  const terminal = await context.openTerminal()
  if (terminal !== undefined) return promptedCode(context, question, terminal)
  throw new Failure(
    'noCodeSource',
    `The session of profile ${question.profile} needs an MFA code, and there is no terminal to ask on.`,
    `mfa-login --profile ${question.profile} in a terminal`,
  )
}

async function givenCode(
  context: Context,
  { profile }: CodeQuestion,
  tokenCode: string,
): Promise<CodeSource> {
  const text = tokenCode === '-' ? ((await context.readStdin()).split('\n')[0] ?? '') : tokenCode
  const code = normaliseCode(text)
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
      const code = normaliseCode(await context.outputOf(commandLine))
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

function promptedCode(context: Context, question: CodeQuestion, terminal: Terminal): CodeSource {
  const ask = `MFA code for ${question.profile} (${question.serialNumber})`
  return {
    kind: 'prompt',
    tries: 3,
    next: async () =>
      normaliseCode(
        await terminal.ask(ask, (answer) =>
          isTokenCode(normaliseCode(answer)) ? undefined : 'A code has six digits.',
        ),
      ),
    refused: (why) => {
      terminal.write(`${why}\n`)
      return Promise.resolve()
    },
    waitForAnother: async () =>
      terminal.wait(
        untilNextCode(context.now()),
        (seconds) => `That code has been used; the next one comes in ${seconds} s. `,
      ),
    close: () => {
      terminal.close()
    },
  }
}

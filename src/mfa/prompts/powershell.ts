import type { Context } from '../../context.ts'
import type { CodePrompt, PromptEnvironment } from './code-prompt.ts'
import { explainFailure, openProgram, type PromptProgram } from './program.ts'
import { dialogText, TITLE, type CodeQuestion } from './question.ts'

type System = Pick<PromptEnvironment, 'env' | 'platform'>

interface Caller extends Partial<System> {
  readonly yieldsToConsole?: boolean
}

/**
 * A dialog of Windows. It goes before the terminal where stdin or stderr leads elsewhere: a console that opens may have no
 * window (CREATE_NO_WINDOW, as .NET starts a credential_process), and nobody would see a question there. From WSL,
 * which starts programs of Windows, it goes last.
 */
export const powershell: CodePrompt<'powershell'> = {
  name: 'powershell',
  platforms: ['win32', 'linux'],
  isConfigured: (environment) =>
    isInWsl(environment) || (environment.platform === 'win32' && !environment.isInteractive),
  isLast: isInWsl,
  open: async (context, request) => {
    const { env, platform } = context
    // The window of Git Bash and MSYS2 (mintty) has a console that nobody sees (Cygwin, create_invisible_console).
    const mayYield = !request.isChosen && platform === 'win32' && env.MSYSTEM === undefined
    const yieldsToConsole = mayYield && (await hasTerminal(context))
    return openProgram((question) =>
      powershellProgram(question, { env, platform, yieldsToConsole }),
    )(context, request)
  },
}

/** A process without any console (DETACHED_PROCESS, a service) starts PowerShell with a new one, which has a window. */
async function hasTerminal(context: Context): Promise<boolean> {
  const terminal = await context.openTerminal()
  terminal?.close()
  return terminal !== undefined
}

/** WSL sets both variables; a service there may have neither. */
function isInWsl({ env, platform }: System): boolean {
  return platform === 'linux' && (env.WSL_DISTRO_NAME ?? env.WSL_INTEROP) !== undefined
}

const WINDOW = 'window'
const ANSWER = 'answer:'

/** GetConsoleWindow (Windows, Console Functions) returns zero where there is no console, or none with a window. */
const YIELD = [
  "$text = '[DllImport({0}kernel32.dll{0})] public static extern IntPtr GetConsoleWindow();' -f [char]34",
  '$console = Add-Type -PassThru -Namespace MfaLogin -Name Console -MemberDefinition $text',
  `if ($console::GetConsoleWindow() -ne [IntPtr]::Zero) { '${WINDOW}'; exit }`,
]

/** The question comes in a variable, so nothing in it is read as PowerShell. */
const ASK = [
  'Add-Type -AssemblyName Microsoft.VisualBasic',
  `'${ANSWER}' + [Microsoft.VisualBasic.Interaction]::InputBox($env:MFA_LOGIN_QUESTION, '${TITLE}')`,
]

/** A canceled dialog returns an empty text (.NET, Interaction.InputBox). */
export function powershellProgram(
  question: CodeQuestion,
  { yieldsToConsole = false, platform = 'win32', env = {} }: Caller = {},
): PromptProgram {
  const text = dialogText(question)
  const isFromWsl = isInWsl({ platform, env })
  const script = ["$ErrorActionPreference = 'Stop'", ...(yieldsToConsole ? YIELD : []), ...ASK]
  return {
    command: [
      isFromWsl ? 'powershell.exe' : 'powershell',
      ...['-NoProfile', '-NonInteractive', '-Command', script.join('; ')],
    ],
    env: isFromWsl ? variablesFromWsl(text, env) : { MFA_LOGIN_QUESTION: text },
    result: (end) => {
      if (end.code !== 0) return explainFailure(end)
      const lines = end.stdout.split(/\r?\n/)
      if (lines.includes(WINDOW)) return { kind: 'unavailable', reason: 'there is a console' }
      const answer = lines.find((each) => each.startsWith(ANSWER))?.slice(ANSWER.length)
      if (answer === undefined) return { kind: 'unavailable', reason: 'it showed no dialog' }
      return answer === '' ? { kind: 'cancelled' } : { kind: 'typed', text: answer }
    },
  }
}

/** Windows gets the variables that WSLENV names; `/w` keeps them from Linux programs that Windows starts. */
function variablesFromWsl(text: string, env: System['env']): Record<string, string> {
  const names = [env.WSLENV, 'MFA_LOGIN_QUESTION/w'].filter((each) => each !== undefined)
  return { MFA_LOGIN_QUESTION: text.replaceAll('\n', ' '), WSLENV: names.join(':') }
}

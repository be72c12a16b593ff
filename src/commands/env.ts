import { command } from '../command.ts'
import { MIN_TTL, PROFILE, PROMPT } from '../options.ts'
import { printJson } from '../print-json.ts'
import { getSessionVariables } from '../session/acquire/session-variables.ts'
import { OUR_VARIABLES } from '../session/model/variables.ts'
import { isShell, SHELLS, syntaxOf, usualShell } from '../shell/syntax.ts'

export default command({
  about: 'Prints the session as variables for a shell or a file.',
  options: {
    profile: { ...PROFILE, pickUnless: ['unset'] },
    shell: {
      value: 'NAME',
      about: 'the shell or format to print for',
      choices: [...SHELLS, 'json'],
      defaultText: 'fish if SHELL is fish, powershell on Windows, else bash',
    },
    'min-ttl': MIN_TTL,
    prompt: PROMPT,
    unset: { about: 'print the commands that unset the variables' },
  },
  examples: [
    ['eval "$(mfa-login env --profile work)"', 'bash and zsh'],
    ['mfa-login env -p work --shell fish | source', 'fish'],
    ['mfa-login env -p work --shell powershell | Out-String | Invoke-Expression', 'PowerShell'],
    ['eval "$(mfa-login env --unset)"', 'remove the session from this shell'],
  ],
  run: async ({ profile, shell, minTtl, prompt, unset }, context) => {
    const name = shell ?? usualShell(context.platform, context.env.SHELL)
    const request = { profile, prompt, ...minTtl }
    const variables = unset ? undefined : (await getSessionVariables(context, request)).variables
    if (!isShell(name)) {
      const unsetAll = Object.fromEntries(OUR_VARIABLES.map((key) => [key, null]))
      printJson(context, variables?.set ?? unsetAll)
      return 'ok'
    }
    const syntax = syntaxOf(name)
    const removed = name === 'dotenv' && !unset ? [] : (variables?.unset ?? OUR_VARIABLES)
    const set = Object.entries(variables?.set ?? {}).map(([key, value]) => syntax.set(key, value))
    context.print(lines([...removed.map((key) => syntax.unset(key)), ...set]))
    return 'ok'
  },
})

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('')
}

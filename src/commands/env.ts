import { command, PROFILE } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { checkPromptName, PROMPT } from '../mfa/prompts/prompt-choice.ts'
import { parseMinTtl, MIN_TTL, getSessionVariables } from '../session/acquire/session-variables.ts'
import { OUR_VARIABLES } from '../session/model/variables.ts'
import { isShell, SHELLS, syntaxOf, usualShell } from '../shell/syntax.ts'

const FORMATS = [...SHELLS, 'json']

export default command({
  about: 'Prints the session as variables for a shell or a file.',
  options: {
    profile: PROFILE,
    shell: { value: 'NAME', about: `${FORMATS.join(', ')}; default your login shell` },
    'min-ttl': MIN_TTL,
    prompt: PROMPT,
    unset: { about: 'print what removes the variables again' },
  },
  examples: [
    ['eval "$(mfa-login env --profile work)"', 'bash and zsh'],
    ['mfa-login env -p work --shell fish | source', 'fish'],
    ['mfa-login env -p work --shell powershell | Out-String | Invoke-Expression', 'PowerShell'],
    ['eval "$(mfa-login env --unset)"', 'back to no session'],
  ],
  parse: ({ profile, shell, 'min-ttl': minTtl, prompt, unset = false }) => {
    if (shell !== undefined && !FORMATS.includes(shell)) {
      const hint = `--shell ${FORMATS.join(' or ')}`
      throw usageFailure(`There is no shell ${JSON.stringify(shell)}.`, hint)
    }
    return { profile, shell, ...parseMinTtl(minTtl), prompt: checkPromptName(prompt), unset }
  },
  run: async ({ shell, unset, ...options }, context) => {
    const name = shell ?? usualShell(context.platform, context.env.SHELL)
    const variables = unset ? undefined : (await getSessionVariables(context, options)).variables
    if (!isShell(name)) {
      context.print(
        json(variables?.set ?? Object.fromEntries(OUR_VARIABLES.map((key) => [key, null]))),
      )
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

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}

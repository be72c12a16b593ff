import { command } from '../command.ts'
import type { Context } from '../context.ts'
import { MIN_TTL, PROFILE, PROMPT } from '../options.ts'
import { printJson } from '../print-json.ts'
import {
  getSessionVariables,
  type SessionWithVariables,
} from '../session/acquire/session-variables.ts'
import { noteOfSettings, settingsOfEarlierEnv } from '../session/model/setting-variables.ts'
import { SESSION_VARIABLES } from '../session/model/variables.ts'
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
    const name = shell ?? usualShell(context)
    const request = { profile, prompt, ...minTtl }
    const { set, removed } = unset
      ? { set: {}, removed: variablesToUnset(context) }
      : variablesToSet(context, await getSessionVariables(context, request), name)
    if (!isShell(name)) {
      printJson(context, unset ? Object.fromEntries(removed.map((key) => [key, null])) : set)
      return 'ok'
    }
    const syntax = syntaxOf(name)
    const assignments = Object.entries(set).map(([key, value]) => syntax.set(key, value))
    context.print(lines([...removed.map((key) => syntax.unset(key)), ...assignments]))
    return 'ok'
  },
})

/** A file has the variables alone; a shell also gets rid of others, and knows later which settings are ours. */
function variablesToSet(
  { env }: Context,
  { variables, settings }: SessionWithVariables,
  name: string,
): { readonly set: Readonly<Record<string, string>>; readonly removed: readonly string[] } {
  if (name === 'dotenv' || !isShell(name)) return { set: variables.set, removed: [] }
  return { set: { ...variables.set, ...noteOfSettings(env, settings) }, removed: variables.unset }
}

/** The session, and the settings that an earlier `env` took from a profile; not a person's own. */
function variablesToUnset({ inherited }: Context): readonly string[] {
  return [...SESSION_VARIABLES, ...settingsOfEarlierEnv(inherited)]
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('')
}

import { command } from '../command.ts'
import type { Context } from '../context.ts'
import { Failure, THIS_COMMAND, usageFailure, wrapCommand } from '../failure.ts'
import { MIN_TTL, NAMED_PROFILE, PROMPT } from '../options.ts'
import { printJson } from '../print-json.ts'
import { pathsOf } from '../profile/paths.ts'
import { pickProfile } from '../profile/pick-profile.ts'
import { readSource } from '../profile/read-source.ts'
import {
  getSessionVariables,
  type SessionWithVariables,
} from '../session/acquire/session-variables.ts'
import { noteOfSettings, settingsOfEarlierEnv } from '../session/model/setting-variables.ts'
import { noteOfSession, PROFILE_OF_SESSION, SESSION_VARIABLES } from '../credential-variables.ts'
import {
  canWrite,
  evaluate,
  isShell,
  lines,
  SHELLS,
  syntaxOf,
  usualShell,
} from '../shell/syntax.ts'

export default command({
  about: 'Prints the session as variables for a shell or a file.',
  options: {
    profile: NAMED_PROFILE,
    shell: {
      value: 'NAME',
      about: 'the shell or format to print for',
      choices: [...SHELLS, 'json'],
      defaultText: 'the shell you type in on Windows; elsewhere fish if SHELL is fish, else bash',
    },
    'min-ttl': MIN_TTL,
    prompt: PROMPT,
    show: { about: 'show the secrets at a terminal, which otherwise says how to use them' },
    unset: { about: 'print the commands that unset the variables' },
  },
  examples: [
    ['eval "$(mfa-login env --profile work)"', 'bash and zsh'],
    ['mfa-login env -p work --shell fish | source', 'fish'],
    ['mfa-login env -p work --shell powershell | Out-String | Invoke-Expression', 'PowerShell'],
    ['{eval mfa-login env --unset}', 'remove the session from this shell'],
  ],
  run: async ({ profile, shell, minTtl, prompt, show, unset }, context) => {
    const name = shell ?? usualShell(context)
    const isShown = context.columns < Infinity
    if (isShown && !show && !unset) throw await wouldShow(context, profile, name)
    const { set, removed } = unset
      ? { set: {}, removed: variablesToUnset(context) }
      : variablesToSet(
          context,
          await evaluated(
            isShown ? undefined : name,
            getSession(context, { profile, prompt, ...minTtl }),
          ),
          name,
        )
    if (!isShell(name)) {
      printJson(context, unset ? Object.fromEntries(removed.map((key) => [key, null])) : set)
      return 'ok'
    }
    const syntax = syntaxOf(name)
    const assignments = Object.entries(set).flatMap(([key, value]) => {
      if (mustBeWritten(key) || canWrite(name, value)) return [syntax.set(key, value)]
      context.info(
        `${key} is left out: readers of ${name} understand its value in different ways. To get it: --shell json`,
      )
      return []
    })
    context.print(lines([...removed.map((key) => syntax.unset(key)), ...assignments]))
    return 'ok'
  },
})

/** What `work` throws; where a shell evaluates the output, with the hint for it to evaluate. */
async function evaluated<T>(shell: string | undefined, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (shell === undefined || !(error instanceof Failure)) throw error
    throw wrapCommand(error, (each) => evaluate(shell, each))
  }
}

/** A terminal keeps what it shows, and others see it. Throws the Failure of a profile that has no keys. */
async function wouldShow(
  context: Context,
  profile: string | undefined,
  name: string,
): Promise<Failure> {
  if (profile !== undefined)
    await evaluated(name, readSource(context, pathsOf(context), { profile }))
  return usageFailure(
    'The session is secret, so a terminal does not show it.',
    `${evaluate(name, THIS_COMMAND)}, or to see it: ${THIS_COMMAND} --show`,
  )
}

/** A person chooses the profile only once the session may be printed. */
async function getSession(context: Context, request: Parameters<typeof getSessionVariables>[1]) {
  const profile = request.profile ?? (await pickProfile(context))
  return getSessionVariables(context, { ...request, profile })
}

/** A file has the variables alone; a shell also gets rid of others, and knows later which settings are ours. */
function variablesToSet(
  { env }: Context,
  { source, session, variables, settings }: SessionWithVariables,
  name: string,
): { readonly set: Readonly<Record<string, string>>; readonly removed: readonly string[] } {
  if (name === 'dotenv' || !isShell(name)) return { set: variables.set, removed: [] }
  const notes = {
    ...noteOfSession(source.profile, session.accessKeyId),
    ...noteOfSettings(env, settings),
  }
  return { set: { ...variables.set, ...notes }, removed: variables.unset }
}

/** Without a setting the session still works in most places; without its own variables it does not. */
function mustBeWritten(key: string): boolean {
  return key !== PROFILE_OF_SESSION && SESSION_VARIABLES.some((name) => name === key)
}

/** The session, and the settings that an earlier `env` took from a profile; not a person's own. */
function variablesToUnset({ inherited }: Context): readonly string[] {
  return [...SESSION_VARIABLES, ...settingsOfEarlierEnv(inherited)]
}

import { command } from '../command.ts'
import type { Context } from '../context.ts'
import { PROFILE, PROMPT } from '../options.ts'
import { formatDuration } from '../session/model/duration.ts'
import { logIn } from '../session/acquire/log-in.ts'
import { timeLeft } from '../session/model/freshness.ts'
import { settingsOfEarlierEnv } from '../session/model/setting-variables.ts'
import { SESSION_VARIABLES } from '../credential-variables.ts'
import { OTHER_CREDENTIAL_VARIABLES } from '../session/model/variables.ts'
import { lines, SHELLS, syntaxOf, type ShellName } from '../shell/syntax.ts'

export default command({
  about:
    'Logs in to a profile where needed and uses it in this shell. Needs the function of "mfa-login shell-init", ' +
    'as a program cannot change the shell that runs it.',
  options: {
    profile: { ...PROFILE, pickUnless: ['none'] },
    none: { about: 'use no profile and no session in this shell any more', conflicts: ['profile'] },
    shell: {
      value: 'NAME',
      about: 'the shell to print the change for; the function passes it',
      choices: SHELLS,
      required: {
        question: 'A program cannot change the shell that runs it; a function can.',
        hint: 'eval "$(mfa-login shell-init bash)", see mfa-login shell-init --help',
      },
    },
    prompt: PROMPT,
  },
  examples: [
    ['mfa-login use work', 'in a shell with the function'],
    ['mfa-login use --none', 'unset what it set'],
    ['eval "$(mfa-login shell-init bash)"', 'defines the function'],
  ],
  run: async ({ profile, none, shell, prompt }, context) => {
    if (none) return useNone(context, shell)
    const { source, session } = await logIn(context, { request: { profile }, prompt })
    const syntax = syntaxOf(shell)
    const { target } = source
    context.print(lines([...unsetLines(context, shell), syntax.set('AWS_PROFILE', target)]))
    const left = formatDuration(timeLeft(session.expiration, context.now()))
    context.info(`This shell uses the profile ${target}; its session has ${left} left.`)
    return 'ok'
  },
})

function useNone(context: Context, shell: ShellName): 'ok' {
  const changes = unsetLines(context, shell)
  context.print(lines(changes))
  const already = changes.length === 0 ? ' already' : ' now'
  context.info(`This shell uses no profile${already}.`)
  return 'ok'
}

/** What names a profile or holds a session, and the settings that came with one. */
function unsetLines({ inherited }: Context, shell: ShellName): string[] {
  const names = [
    ...SESSION_VARIABLES,
    ...OTHER_CREDENTIAL_VARIABLES,
    ...settingsOfEarlierEnv(inherited),
  ]
  const present = names.filter((name) => inherited[name] !== undefined)
  return present.map((name) => syntaxOf(shell).unset(name))
}

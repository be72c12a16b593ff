import { command } from '../command.ts'
import type { Context } from '../context.ts'
import { PROFILE, PROMPT } from '../options.ts'
import { formatTimeLeft } from '../session/model/duration.ts'
import { logIn } from '../session/acquire/log-in.ts'
import { timeLeft } from '../session/model/freshness.ts'
import { settingsOfEarlierEnv } from '../session/model/setting-variables.ts'
import { SESSION_VARIABLES } from '../credential-variables.ts'
import { OTHER_CREDENTIAL_VARIABLES } from '../session/model/variables.ts'
import { lines, SHELLS, syntaxOf, type ShellName } from '../shell/syntax.ts'

export default command({
  about:
    'Logs in to a profile if needed and uses it in this shell. Needs the function of "mfa-login shell-init", ' +
    'because a program cannot change the shell that runs it.',
  options: {
    profile: { ...PROFILE, pickUnless: ['none'] },
    none: { about: 'stop using a profile and a session in this shell', conflicts: ['profile'] },
    shell: {
      value: 'NAME',
      about: 'the shell to print the change for, which the function of "shell-init" passes',
      choices: SHELLS,
      required: {
        question: 'A program cannot change the shell that runs it; a function can.',
        hint: 'mfa-login shell-init --help, which shows the line that defines it in each shell',
      },
    },
    prompt: PROMPT,
  },
  examples: [
    ['mfa-login use work', 'in a shell with the function'],
    ['mfa-login use --none', 'unset what use has set'],
    ['mfa-login shell-init --help', 'how to define the function'],
  ],
  run: async ({ profile, none, shell, prompt }, context) => {
    if (none) return useNone(context, shell)
    const { source, session } = await logIn(context, { request: { profile }, prompt })
    const syntax = syntaxOf(shell)
    const { target } = source
    context.print(lines([...unsetLines(context, shell), syntax.set('AWS_PROFILE', target)]))
    const left = formatTimeLeft(timeLeft(session.expiration, context.now()))
    context.info(`This shell uses the profile ${target}; its session has ${left} left.`)
    return 'ok'
  },
})

function useNone(context: Context, shell: ShellName): 'ok' {
  const changes = unsetLines(context, shell)
  context.print(lines(changes))
  context.info(
    changes.length === 0
      ? 'This shell was not using a profile.'
      : 'This shell uses no profile now.',
  )
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

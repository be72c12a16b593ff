import { command } from '../command.ts'
import { PROFILE, PROMPT } from '../options.ts'
import { formatDuration } from '../session/model/duration.ts'
import { logIn } from '../session/acquire/log-in.ts'
import { timeLeft } from '../session/model/freshness.ts'
import { SESSION_VARIABLES, OTHER_CREDENTIAL_VARIABLES } from '../session/model/variables.ts'
import { SHELLS, syntaxOf } from '../shell/syntax.ts'

export default command({
  about:
    'Logs in to a profile where needed and uses it in this shell. Needs the function of "mfa-login shell-init", ' +
    'as a program cannot change the shell that runs it.',
  options: {
    profile: PROFILE,
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
    ['eval "$(mfa-login shell-init bash)"', 'defines the function'],
  ],
  run: async ({ profile, shell, prompt }, context) => {
    const { source, session } = await logIn(context, { request: { profile }, prompt })
    const syntax = syntaxOf(shell)
    const { target } = source
    const removed = [...SESSION_VARIABLES, ...OTHER_CREDENTIAL_VARIABLES].filter(
      (name) => context.inherited[name] !== undefined,
    )
    const lines = [...removed.map((name) => syntax.unset(name)), syntax.set('AWS_PROFILE', target)]
    context.print(lines.map((line) => `${line}\n`).join(''))
    const left = formatDuration(timeLeft(session.expiration, context.now()))
    context.info(`This shell uses the profile ${target}; its session has ${left} left.`)
    return 'ok'
  },
})

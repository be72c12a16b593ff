import { command, PROFILE } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { checkPromptName, PROMPT } from '../mfa/prompts/prompt-choice.ts'
import { checkProfileName } from '../profile/resolve.ts'
import { formatDuration } from '../session/model/duration.ts'
import { logIn } from '../session/acquire/log-in.ts'
import { timeLeft } from '../session/model/freshness.ts'
import { SESSION_VARIABLES, OTHER_CREDENTIAL_VARIABLES } from '../session/model/variables.ts'
import { isShell, syntaxOf } from '../shell/syntax.ts'

export default command({
  about:
    'Logs in to a profile where needed and uses it in this shell. Needs the function of\n' +
    '"mfa-login shell-init", as a program cannot change the shell that runs it.',
  options: {
    profile: PROFILE,
    shell: { value: 'NAME', about: 'print the change for this shell; the function passes it' },
    prompt: PROMPT,
  },
  operand: { value: 'PROFILE', about: 'the profile, instead of --profile' },
  examples: [
    ['mfa-login use work', 'in a shell with the function'],
    ['eval "$(mfa-login shell-init bash)"', 'gives it the function'],
  ],
  parse: ({ profile, shell, prompt: named }, operand) => {
    const name = operand ?? profile
    if (name !== undefined) checkProfileName(name)
    const prompt = checkPromptName(named)
    if (shell !== undefined && isShell(shell))
      return { profile: name, prompt, syntax: syntaxOf(shell) }
    throw usageFailure(
      'A program cannot change the shell that runs it; a function can.',
      'eval "$(mfa-login shell-init bash)", see mfa-login shell-init --help',
    )
  },
  run: async ({ profile, prompt, syntax }, context) => {
    const { source, session } = await logIn(context, {
      request: { profile },
      prompt,
    })
    const { target } = source
    const removed = [...SESSION_VARIABLES, ...OTHER_CREDENTIAL_VARIABLES].filter(
      (name) => context.env[name] !== undefined,
    )
    const lines = [...removed.map((name) => syntax.unset(name)), syntax.set('AWS_PROFILE', target)]
    context.print(lines.map((line) => `${line}\n`).join(''))
    const left = formatDuration(timeLeft(session.expiration, context.now()))
    context.info(`This shell uses the profile ${target}; its session has ${left} left.`)
    return 'ok'
  },
})

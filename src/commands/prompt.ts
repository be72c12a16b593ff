import { command } from '../command.ts'
import { promptText } from '../fast-path/prompt-text.ts'

export default command({
  about:
    'Prints the profile of this shell and the time its session has left, for the prompt of a shell. ' +
    'Prints nothing if no profile is chosen.',
  options: {},
  examples: [
    ["PS1='$(mfa-login prompt) \\$ '", 'bash'],
    ['mfa-login prompt', 'see what it prints'],
  ],
  run: (_, context) => {
    context.print(promptText(context.env, context.now()))
    return Promise.resolve('ok')
  },
})

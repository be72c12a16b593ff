import { command } from '../command.ts'
import { runDemoShell } from '../demo/demo-shell.ts'
import { runDemo } from '../demo/demo.ts'
import { usageFailure } from '../failure.ts'

export default command({
  about:
    'Shows a login against an embedded local AWS in a temporary home: an AWS call is refused without MFA, ' +
    'mfa-login logs in, and the same call is allowed. Touches none of your files.',
  options: {
    shell: { about: 'open a shell in such a home instead, to try every command by hand' },
  },
  examples: [
    ['mfa-login demo', 'you type the code'],
    ['{unasked mfa-login demo}', 'types the codes itself'],
    ['mfa-login demo --shell', 'exit ends it; mfa-login demo code prints the codes'],
  ],
  run: async ({ shell }, context) => {
    if (!shell) return runDemo(context)
    if (context.isInteractive) return runDemoShell(context)
    throw usageFailure('There is no terminal for a shell.', 'mfa-login local-aws -- COMMAND')
  },
})

import { command } from '../command.ts'
import { runDemo } from '../demo/demo.ts'

export default command({
  about:
    'Shows a login against an embedded local AWS in a temporary home: an AWS call is refused without MFA, ' +
    'mfa-login logs in, and the same call is allowed. Touches none of your files.',
  options: {},
  examples: [
    ['mfa-login demo', 'you type the code'],
    ['{unasked mfa-login demo}', 'types the codes itself'],
  ],
  run: async (_, context) => runDemo(context),
})

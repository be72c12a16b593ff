import { command } from '../command.ts'
import { runDemo } from '../demo/demo.ts'

export default command({
  about:
    'Shows a login against an embedded local AWS in a temporary home: an AWS call is refused without MFA, ' +
    'mfa-login logs in, and the same call is allowed. Touches none of your files.',
  options: {},
  examples: [
    ['mfa-login demo', 'you type the code'],
    ['mfa-login demo < /dev/null', 'it answers itself'],
  ],
  run: async (_, context) => runDemo(context),
})

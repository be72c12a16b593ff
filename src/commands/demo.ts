import { command } from '../command.ts'
import { runDemo } from '../demo/demo.ts'

export default command({
  about:
    'Shows the main job against an embedded local AWS in a temporary home: an AWS call is refused\n' +
    'without MFA, mfa-login logs in, the same call is allowed. Touches no file of yours.',
  options: {},
  examples: [
    ['mfa-login demo', 'you type the code'],
    ['mfa-login demo < /dev/null', 'it answers itself'],
  ],
  run: async (_, context) => runDemo(context),
})

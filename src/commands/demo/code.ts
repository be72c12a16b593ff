import { command } from '../../command.ts'
import { codeOfRunningDemo } from '../../demo/running-demo.ts'
import { SERIAL } from '../../options.ts'

export default command({
  about:
    'Prints a code of an MFA device of the demo that is running, or of the local AWS that AWS_ENDPOINT_URL names. Each ' +
    'code is another one, as AWS accepts none twice; the next one may take up to 30 seconds.',
  options: {
    user: { value: 'NAME', about: 'the user', defaultText: 'the first one with a device, alice' },
    serial: {
      ...SERIAL,
      about: 'serial number of the device, also of one that is being enrolled',
      defaultText: 'the first device of the user',
    },
  },
  examples: [
    ['mfa-login demo code', 'what the authenticator of alice shows'],
    ['mfa-login demo code --serial arn:aws:iam::123456789012:mfa/phone', 'of another device'],
  ],
  run: async ({ user, serial: serialNumber }, context) => {
    context.print(`${await codeOfRunningDemo(context, { user, serialNumber })}\n`)
    return 'ok'
  },
})

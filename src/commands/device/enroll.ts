import { command } from '../../command.ts'
import type { Context } from '../../context.ts'
import { enroll } from '../../device/enroll.ts'
import { isDeviceName } from '../../device/naming.ts'
import { confirmAfterwards, requireTerminal } from '../../device/user.ts'
import { usageFailure } from '../../failure.ts'
import { JSON_OUTPUT, PROFILE } from '../../options.ts'
import { printJson } from '../../print-json.ts'
import { pathsOf } from '../../profile/paths.ts'
import { readSource } from '../../profile/read-source.ts'

export default command({
  about:
    'Enrolls an authenticator app as an MFA device of your user: creates the device, shows its QR code, ' +
    'asks for two codes in a row, and offers the first login. The seed is shown but not stored.',
  options: {
    profile: PROFILE,
    name: {
      value: 'NAME',
      about: 'the name of the device',
      defaultText: 'the name of the user',
      parse: checkDeviceName,
    },
    invert: { about: 'draw the QR code for terminals with a light background' },
    png: {
      value: 'FILE',
      type: 'file',
      about: 'also write the QR code to this new file (0600); it contains the seed, so delete it',
    },
    json: { about: `${JSON_OUTPUT.about}, and do not offer the login` },
  },
  examples: [
    ['mfa-login device enroll --profile work', 'the first device'],
    ['mfa-login device enroll -p work --name alice-phone', 'another device, with an MFA session'],
    ['mfa-login device enroll -p work --png qr.png', 'if the terminal cannot draw the code'],
  ],
  run: async ({ profile, name, invert, png, json }, context) => {
    const paths = pathsOf(context)
    const source = await readSource(context, paths, { profile })
    await checkPictureFile(context, png)
    const retryCommand = `mfa-login device enroll --profile ${source.profile}`
    const region = context.region === undefined ? [] : ['--region', context.region]
    const options = ['--profile', source.profile, ...region]
    const terminal = await requireTerminal(context, retryCommand)
    try {
      const { serialNumber, isCanceled } = await enroll(context, {
        paths,
        source,
        terminal,
        name,
        showing: { invert, png },
      })
      terminal.write(`Enrolled: ${serialNumber}\n`)
      if (json) {
        printJson(context, { profile: source.profile, serialNumber })
        return 'ok'
      }
      const question = 'Log in now? (it takes the next code)'
      if (isCanceled || (await confirmAfterwards(terminal, question, true)) !== true) {
        terminal.write(`Log in later: mfa-login ${options.join(' ')}\n`)
        return 'ok'
      }
    } finally {
      terminal.close()
    }
    const login = [...context.self, 'login', ...options]
    return (await context.run(login, { env: context.inherited })) === 0 ? 'ok' : 'refused'
  },
})

function checkDeviceName(name: string): string {
  if (isDeviceName(name)) return name
  throw usageFailure(`A device cannot be called ${JSON.stringify(name)}.`, '--name alice-phone')
}

/** Throws a Failure if the file cannot be created, before there is a device. */
async function checkPictureFile(context: Context, png: string | undefined): Promise<void> {
  if (png === undefined) return
  await context.files.create(png, new Uint8Array())
  await context.files.remove(png)
}

import { command, PROFILE } from '../../command.ts'
import type { Context, Terminal } from '../../context.ts'
import { enroll } from '../../device/enroll.ts'
import { isDeviceName } from '../../device/naming.ts'
import { requireTerminal } from '../../device/person.ts'
import { Failure, usageFailure } from '../../failure.ts'
import { pathsOf } from '../../profile/paths.ts'
import { resolveSource } from '../../profile/resolve.ts'
import { readProfileFiles } from '../../profile/files/snapshot.ts'

export default command({
  about:
    'Enrols an authenticator app as an MFA device of your user: makes the device, shows its QR code,\n' +
    'takes two codes in a row, and offers the first login. The seed is shown and kept nowhere.',
  options: {
    profile: PROFILE,
    name: { value: 'NAME', about: 'the device’s name; default the user’s' },
    invert: { about: 'draw the QR code for terminals with a light background' },
    png: { value: 'FILE', about: 'write the QR code to this file too; it holds the secret' },
  },
  examples: [
    ['mfa-login device enroll --profile work', 'the first device'],
    ['mfa-login device enroll -p work --name alice-phone', 'another one, with an MFA session'],
    ['mfa-login device enroll -p work --png qr.png', 'where the terminal cannot draw the code'],
  ],
  parse: ({ profile, name, invert = false, png }) => {
    if (name !== undefined && !isDeviceName(name)) {
      throw usageFailure(`A device cannot be called ${JSON.stringify(name)}.`, '--name alice-phone')
    }
    return { profile, name, showing: { invert, png } }
  },
  run: async ({ profile, name, showing }, context) => {
    const paths = pathsOf(context)
    const files = await readProfileFiles(context, paths)
    const source = resolveSource(files, context.env, { profile })
    await tryPicture(context, showing.png)
    const again = `mfa-login device enroll --profile ${source.profile}`
    const terminal = await requireTerminal(context, again)
    try {
      const serial = await enroll(context, { paths, source, terminal, name, showing })
      terminal.write(`Enrolled: ${serial}\n`)
      if (!(await wantsLogin(terminal))) return 'ok'
    } finally {
      terminal.close()
    }
    const login = [...context.self, 'login', '--profile', source.profile]
    return (await context.run(login, { env: context.env })) === 0 ? 'ok' : 'refused'
  },
})

/** Breaking the question off is a no: what was asked for is done. */
async function wantsLogin(terminal: Terminal): Promise<boolean> {
  try {
    return await terminal.confirm('Log in now? (it takes the next code)')
  } catch (error) {
    if (error instanceof Failure && error.exit === 'cancelled') return false
    throw error
  }
}

/** Before a device is made whose QR code would then have no place. */
async function tryPicture(context: Context, png: string | undefined): Promise<void> {
  if (png === undefined) return
  await context.files.create(png, new Uint8Array())
  await context.files.remove(png)
}

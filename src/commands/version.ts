import { command } from '../command.ts'
import { printJson } from '../print-json.ts'

export default command({
  about:
    'Prints the version. With --json, also what a bug report needs: the runtime, the system and how mfa-login was ' +
    'installed, without paths and names.',
  options: { json: { about: 'print JSON for a bug report' } },
  examples: [
    ['mfa-login --version', 'the same as mfa-login version'],
    ['mfa-login --version --json', 'for a bug report'],
  ],
  run: async ({ json }, context) => {
    const { version } = context
    if (json) printJson(context, { version, ...(await context.aboutInstallation()) })
    else context.print(`${version}\n`)
    return 'ok'
  },
})

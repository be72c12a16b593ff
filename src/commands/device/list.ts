import { command } from '../../command.ts'
import { isSecurityKey } from '../../mfa/serial.ts'
import { JSON_OUTPUT, PROFILE } from '../../options.ts'
import { printJson } from '../../print-json.ts'
import { pathsOf } from '../../profile/paths.ts'
import { readSource } from '../../profile/read-source.ts'
import { withExplanation } from '../../aws/errors/explain.ts'
import { connect } from '../../session/acquire/connect.ts'

export default command({
  about: 'Lists the MFA devices of the user that owns the long-term key.',
  options: { profile: PROFILE, json: JSON_OUTPUT },
  examples: [
    ['mfa-login device list --profile work', 'serial numbers, and what they can be used for'],
  ],
  run: async ({ profile, json }, context) => {
    const source = await readSource(context, pathsOf(context), { profile })
    const aws = await connect(context, source, source.serialNumber)
    const retryCommand = `mfa-login device list --profile ${source.profile}`
    const errorContext = { ...source, retryCommand }
    const serials = await withExplanation(errorContext, async () => aws.listMfaDevices())
    const devices = serials.map((serialNumber) => ({
      serialNumber,
      worksWithSts: !isSecurityKey(serialNumber),
    }))
    if (json) {
      printJson(context, { devices })
    } else if (devices.length === 0) {
      const next = `mfa-login device enroll --profile ${source.profile}`
      context.info(`This user has no MFA device. Next: ${next}`)
    } else {
      const note = (works: boolean): string => (works ? '' : '  (security key: not for STS)')
      const lines = devices.map((each) => `${each.serialNumber}${note(each.worksWithSts)}\n`)
      context.report(lines.join(''))
    }
    return 'ok'
  },
})

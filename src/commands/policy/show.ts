import { command } from '../../command.ts'
import { PARTITION_NAMES } from '../../aws/partitions.ts'
import { printJson } from '../../print-json.ts'
import { STYLE, STYLES } from '../../policy/documents.ts'

export default command({
  about: 'Prints an IAM policy that makes MFA mandatory, as JSON.',
  options: {
    style: STYLE,
    partition: {
      value: 'NAME',
      about: 'the partition of the account',
      choices: PARTITION_NAMES,
      default: 'aws',
    },
  },
  examples: [
    ['mfa-login policy show > mfa_mandatory.json', 'to a file'],
    ['mfa-login policy show --style classic', 'the form most accounts have'],
  ],
  run: ({ style, partition }, context) => {
    printJson(context, STYLES[style](partition))
    return Promise.resolve('ok')
  },
})

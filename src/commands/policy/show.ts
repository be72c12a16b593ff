import { command } from '../../command.ts'
import { checkPartitionName, PARTITION_NAMES } from '../../aws/partitions.ts'
import { policyOfStyle, STYLE } from '../../policy/styles.ts'

export default command({
  about: 'Prints an IAM policy that makes MFA mandatory, as JSON.',
  options: {
    style: STYLE,
    partition: { value: 'NAME', about: `${PARTITION_NAMES.join(', ')}; by default aws` },
  },
  examples: [
    ['mfa-login policy show > mfa_mandatory.json', 'to a file'],
    ['mfa-login policy show --style classic', 'the form most accounts have'],
  ],
  parse: ({ style = 'strict', partition = 'aws' }) => {
    return { policyOf: policyOfStyle(style), partition: checkPartitionName(partition) }
  },
  run: ({ policyOf, partition }, context) => {
    context.print(`${JSON.stringify(policyOf(partition), undefined, 2)}\n`)
    return Promise.resolve('ok')
  },
})

import { command } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { policyOfStyle, STYLE } from '../../policy/styles.ts'

const PARTITIONS = ['aws', 'aws-cn', 'aws-us-gov']

export default command({
  about: 'Prints an IAM policy that makes MFA mandatory, as JSON.',
  options: {
    style: STYLE,
    partition: { value: 'NAME', about: 'aws (default), aws-cn or aws-us-gov' },
  },
  examples: [
    ['mfa-login policy show > mfa_mandatory.json', 'to a file'],
    ['mfa-login policy show --style classic', 'the form most accounts have'],
  ],
  parse: ({ style = 'strict', partition = 'aws' }) => {
    if (!PARTITIONS.includes(partition)) {
      const hint = `--partition ${PARTITIONS.join(' or ')}`
      throw usageFailure(`There is no partition ${JSON.stringify(partition)}.`, hint)
    }
    return { policyOf: policyOfStyle(style), partition }
  },
  run: ({ policyOf, partition }, context) => {
    context.print(`${JSON.stringify(policyOf(partition), undefined, 2)}\n`)
    return Promise.resolve('ok')
  },
})

import { resolve } from 'node:path'
import { command } from '../../command.ts'
import { PARTITION_NAMES } from '../../aws/partitions.ts'
import { usageFailure } from '../../failure.ts'
import { checkNewFile } from '../../new-file.ts'
import {
  ANY_STYLE,
  checkIamName,
  POLICY_NAME,
  POLICY_OPTIONS,
  preparePolicy,
} from '../../policy/policy-options.ts'
import { MAX_POLICY_SIZES, policySize } from '../../policy/size.ts'
import { WRITE_FORMAT_NAMES, WRITE_FORMATS } from '../../policy/write/formats.ts'

export default command({
  about:
    'Prints an IAM policy that makes MFA mandatory, as JSON or for Terraform or CloudFormation.',
  options: {
    ...POLICY_OPTIONS,
    style: ANY_STYLE,
    partition: {
      value: 'NAME',
      about: 'the partition of the account',
      choices: PARTITION_NAMES,
      default: 'aws',
    },
    format: {
      value: 'FORMAT',
      about: 'what to print',
      choices: WRITE_FORMAT_NAMES,
      default: 'json',
    },
    name: { ...POLICY_NAME, about: 'the name of the policy, for Terraform and CloudFormation' },
    group: {
      value: 'NAME',
      about: 'the group to attach it to, with Terraform or CloudFormation',
      parse: (name) => checkIamName(name, 'A group', '--group developers'),
    },
    output: { value: 'FILE', type: 'file', about: 'write it to this file, which must not exist' },
    force: { about: 'replace the file', requires: 'output' },
  },
  examples: [
    ['mfa-login policy show > mfa_mandatory.json', 'to a file'],
    ['mfa-login policy show --style classic', 'the form most accounts have'],
    ['mfa-login policy show --style scp', 'for the users of accounts in an organization'],
    [
      'mfa-login policy show --except-path /machines/ --until 2027-03-31',
      'leave machines out until a day',
    ],
    [
      'mfa-login policy show --format terraform --group developers --output mfa.tf',
      'for Terraform',
    ],
  ],
  run: async ({ partition, format, name, group, output, force, ...input }, context) => {
    const isForOrganization = input.style === 'scp'
    if (isForOrganization && format !== 'json') {
      throw usageFailure('A service control policy is written as JSON only.', '--format json')
    }
    if (group !== undefined && format === 'json') {
      const message = 'A policy in JSON has no group.'
      throw usageFailure(message, '--format terraform, --format cloudformation, or "policy apply"')
    }
    const document = preparePolicy(input, new Date(context.now()))(partition)
    const size = policySize(JSON.stringify(document))
    const most = MAX_POLICY_SIZES[isForOrganization ? 'scp' : 'managed']
    if (size > most) {
      const message = `The policy would have ${size} characters, and AWS takes ${most}.`
      throw usageFailure(message, 'fewer or shorter exceptions')
    }
    const text = await WRITE_FORMATS[format]({ document, name, group })
    if (output === undefined) {
      context.print(text)
      return 'ok'
    }
    const path = resolve(output)
    await checkNewFile(context, path, force)
    await context.files.replace(path, text)
    context.info(`Wrote ${path}.`)
    return 'ok'
  },
})

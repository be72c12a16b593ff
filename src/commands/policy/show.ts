import { resolve } from 'node:path'
import { command } from '../../command.ts'
import { PARTITION_NAMES } from '../../aws/partitions.ts'
import { usageFailure } from '../../failure.ts'
import { checkNewFile } from '../../new-file.ts'
import {
  ANY_STYLE,
  checkIamName,
  noteOnEnd,
  POLICY_NAME,
  POLICY_OPTIONS,
  preparePolicy,
  type PolicyInput,
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
      about: 'what to print, for a service control policy only JSON',
      choices: WRITE_FORMAT_NAMES,
      default: 'json',
    },
    name: { ...POLICY_NAME, about: 'the name of the policy, for Terraform and CloudFormation' },
    group: {
      value: 'NAME',
      about: 'the group to attach it to, with Terraform or CloudFormation',
      parse: (name) => checkIamName(name, 'A group', '--group developers'),
    },
    output: {
      value: 'FILE',
      type: 'file',
      about: 'write it to this file, which must not exist, in a folder that does',
    },
    force: { about: 'replace the file, whole or not at all', requires: 'output' },
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
    requireWritable({ style: input.style, format, name, group })
    const now = new Date(context.now())
    const document = preparePolicy(input, now)(partition)
    const size = policySize(JSON.stringify(document))
    const most = MAX_POLICY_SIZES[input.style === 'scp' ? 'scp' : 'managed']
    if (size > most) {
      const message = `The policy would have ${size} characters, and AWS takes ${most}.`
      throw usageFailure(message, 'fewer or shorter exceptions')
    }
    const note = noteOnEnd(input, now)
    if (note !== undefined) context.info(note)
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

interface Written {
  readonly style: PolicyInput['style']
  readonly format: keyof typeof WRITE_FORMATS
  readonly name: string
  readonly group: string | undefined
}

/** Throws a usage Failure for what the format, or the kind of policy, has no place for. */
function requireWritable({ style, format, name, group }: Written): void {
  const isForOrganization = style === 'scp'
  if (isForOrganization && format !== 'json') {
    throw usageFailure('A service control policy is written as JSON only.', '--format json')
  }
  if (format !== 'json') return
  const given = { name: name === POLICY_NAME.default ? undefined : name, group }
  const [[lacks, value] = []] = Object.entries(given).filter(([, each]) => each !== undefined)
  if (lacks === undefined) return
  const apply = `mfa-login policy apply --${lacks} ${value ?? ''}${lacks === 'name' ? ' --group NAME' : ''}`
  throw usageFailure(
    `A policy in JSON has no ${lacks}.`,
    isForOrganization
      ? `leave out --${lacks}, which aws organizations create-policy and attach-policy set`
      : `--format terraform or --format cloudformation, or in IAM: ${apply}`,
  )
}

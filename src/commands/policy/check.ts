import {
  connectAsAdministrator,
  requestedPrincipal,
  errorContextFor,
} from '../../administration/administrator.ts'
import { readEffectivePolicies } from '../../administration/effective-policies.ts'
import {
  compareWithSimulator,
  describeSimulatorResult,
  type SimulatorResult,
} from '../../administration/simulator.ts'
import { command } from '../../command.ts'
import type { Context } from '../../context.ts'
import { Failure, usageFailure } from '../../failure.ts'
import type { Principal } from '../../aws/iam-api.ts'
import { JSON_OUTPUT, NAMED_PROFILE } from '../../options.ts'
import { printJson } from '../../print-json.ts'
import { checkPolicies } from '../../policy/check-policies.ts'
import type { NamedPolicy } from '../../policy/evaluate.ts'
import { createMatrix, type MatrixRow } from '../../policy/matrix.ts'
import { readPolicyText } from '../../policy/read-text.ts'
import { describeFindings, describeMatrix, type LineOf } from '../../policy/report.ts'
import { toSarif } from '../../policy/report.ts'
import { iamArn, inferSubject, type Subject } from '../../policy/subject.ts'
import { withExplanation } from '../../aws/errors/explain.ts'

export default command({
  about:
    'Checks a policy that makes MFA mandatory: holes, lockouts, and what it decides about everyday actions ' +
    'with and without MFA. Exit code 1 if there are findings.',
  options: {
    live: { about: 'check the policies in effect for your user instead of a file' },
    user: {
      value: 'NAME',
      about: 'with --live: the policies of this user',
      requires: 'live',
      conflicts: ['group'],
    },
    group: { value: 'NAME', about: 'with --live: the policies of this group', requires: 'live' },
    profile: NAMED_PROFILE,
    json: JSON_OUTPUT,
    sarif: {
      about: 'print SARIF 2.1.0, for code scanning',
      conflicts: ['json', 'live'],
      conflictMessage: '--sarif is about a file, and cannot be used with --json or --live.',
    },
  },
  operand: {
    value: 'FILE',
    type: 'file',
    about: 'the policy’s JSON, or - for stdin',
    conflicts: ['live'],
    conflictMessage: 'Which policy? A file and --live cannot be used together.',
    required: {
      question: 'Which policy?',
      hint: 'mfa-login policy check FILE, or - for stdin, or --live',
      unless: 'live',
    },
  },
  examples: [
    ['mfa-login policy check mfa_mandatory.json', 'a file'],
    ['mfa-login policy show --style classic | mfa-login policy check -', 'the classic form'],
    ['mfa-login policy check --live --group developers -p admin', 'what the account has'],
  ],
  run: async ({ operand: file, user, group, profile, json, sarif }, context) => {
    const isNamed = user !== undefined || group !== undefined
    const principal = isNamed ? requestedPrincipal(user, group) : undefined
    const input =
      file === undefined
        ? await readLivePolicies(context, principal, profile)
        : parsePolicyFile(await readPolicyFile(file, context), file)
    const { policies, subject, lineOf } = input
    const findings = checkPolicies(policies, subject, file === undefined)
    const matrix = createMatrix(policies, subject)
    const simulator = await input.simulate?.(matrix)
    if (sarif) {
      printJson(context, toSarif(findings, file ?? '', lineOf, context.version))
    } else if (json) {
      const located = findings.map((finding) => ({ ...finding, line: lineOf(finding) }))
      printJson(context, { findings: located, matrix, simulator: simulator ?? null })
    } else {
      const showPolicy = policies.length !== 1
      context.report(describeFindings(findings, lineOf, showPolicy))
      context.report(`\n${describeMatrix(matrix, context.columns)}`)
      context.report(describeSimulatorResult(simulator))
    }
    return findings.every(({ severity }) => severity === 'note') ? 'ok' : 'findings'
  },
})

/** The policies to check, and whose they are. */
interface CheckInput {
  readonly policies: readonly NamedPolicy[]
  readonly subject: Subject
  readonly lineOf: LineOf
  /** Undefined for a file. */
  simulate?(matrix: readonly MatrixRow[]): Promise<SimulatorResult>
}

function parsePolicyFile(text: string, file: string): CheckInput {
  const read = readPolicyText(text)
  if ('problem' in read) {
    const name = file === '-' ? 'stdin' : file
    const hint = 'fix it, or start from "mfa-login policy show"'
    throw new Failure('files', `${name}: ${read.problem}.`, hint)
  }
  const policies = [{ name: file, document: read.policy }]
  return {
    policies,
    subject: inferSubject(policies),
    lineOf: ({ policy, index }) => (policy === undefined ? undefined : read.lineOf(index)),
  }
}

async function readLivePolicies(
  context: Context,
  requested: Principal | undefined,
  profile: string | undefined,
): Promise<CheckInput> {
  const admin = await connectAsAdministrator(context, profile, 'mfa-login policy check --live')
  const principal = requested ?? admin.user
  if (principal === undefined) {
    throw usageFailure(
      `${admin.arn} is no IAM user.`,
      'mfa-login policy check --live --user NAME or --group NAME',
    )
  }
  const { kind, name } = principal
  const policies = await withExplanation(errorContextFor(admin, principal), async () =>
    readEffectivePolicies(admin, principal),
  )
  const names = policies.map((policy) => policy.name).join(', ')
  context.info(`Policies in effect for ${kind} ${name}: ${names || 'none'}.`)
  const { aws, account, partition } = admin
  // A group makes no requests, so checks and simulator need the name of a user.
  const user = kind === 'user' ? name : inferSubject(policies).user
  const simulated = kind === 'user' ? {} : { 'aws:username': user }
  return {
    policies,
    subject: { partition, account, user },
    lineOf: () => undefined,
    simulate: async (matrix) =>
      compareWithSimulator(aws, iamArn(admin, `${kind}/${name}`), simulated, matrix),
  }
}

async function readPolicyFile(file: string, context: Context): Promise<string> {
  if (file === '-') return context.readStdin()
  const text = await context.files.readDocument(file)
  if (text === undefined) {
    const hint = 'mfa-login policy show > mfa_mandatory.json, and check that'
    throw new Failure('files', `There is no file ${file}.`, hint)
  }
  return text
}

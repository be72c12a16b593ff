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
import { JSON_OUTPUT, PROFILE } from '../../options.ts'
import type { NamedPolicy } from '../../policy/evaluate.ts'
import { findingsOf } from '../../policy/findings.ts'
import { matrixOf } from '../../policy/matrix.ts'
import { readPolicyText } from '../../policy/read-text.ts'
import { describeFindings, describeMatrix, sarifOf, type LineOf } from '../../policy/report.ts'
import { iamArn, subjectOf, type Subject } from '../../policy/subject.ts'
import { withExplanation } from '../../aws/errors/explain.ts'

export default command({
  about:
    'Checks a policy that makes MFA mandatory: holes, lockouts, and what it decides about everyday actions\n' +
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
    profile: PROFILE,
    json: JSON_OUTPUT,
    sarif: {
      about: 'print SARIF 2.1.0, for code scanning',
      conflicts: ['json', 'live'],
      conflictMessage: '--sarif is about a file and goes without --json.',
    },
  },
  operand: {
    value: 'FILE',
    type: 'file',
    about: 'the policy’s JSON, or - for stdin',
    conflicts: ['live'],
    conflictMessage: 'Which policy? A file and --live exclude each other.',
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
    const principal = requestedPrincipal(user, group)
    const examined =
      file === undefined
        ? await liveOf(context, principal, profile)
        : fileOf(await textOf(file, context), file)
    const findings = findingsOf(examined.policies, examined.subject, file === undefined)
    const matrix = matrixOf(examined.policies, examined.subject)
    const simulated = await examined.simulate?.(matrix)
    const { lineOf } = examined
    if (sarif) {
      printJson(context, sarifOf(findings, file ?? '', lineOf, context.version))
    } else if (json) {
      const located = findings.map((each) => ({ ...each, line: lineOf(each) }))
      printJson(context, { findings: located, matrix, simulator: simulated ?? null })
    } else {
      const isOnly = examined.policies.length === 1
      context.print(`${describeFindings(findings, lineOf, isOnly)}\n${describeMatrix(matrix)}`)
      context.print(describeSimulatorResult(simulated))
    }
    return findings.every(({ severity }) => severity === 'note') ? 'ok' : 'findings'
  },
})

interface Examined {
  readonly policies: readonly NamedPolicy[]
  readonly subject: Subject
  readonly lineOf: LineOf
  simulate?(matrix: ReturnType<typeof matrixOf>): Promise<SimulatorResult>
}

function fileOf(text: string, file: string): Examined {
  const read = readPolicyText(text)
  if ('problem' in read) {
    const name = file === '-' ? 'stdin' : file
    const hint = 'mend it, or start from "mfa-login policy show"'
    throw new Failure('files', `${name}: ${read.problem}.`, hint)
  }
  const policies = [{ name: file, document: read.policy }]
  return {
    policies,
    subject: subjectOf(policies),
    lineOf: ({ policy, index }) => (policy === undefined ? undefined : read.lineOf(index)),
  }
}

async function liveOf(
  context: Context,
  asked: Principal | undefined,
  profile: string | undefined,
): Promise<Examined> {
  const admin = await connectAsAdministrator(context, profile, 'mfa-login policy check --live')
  const principal = asked ?? admin.user
  if (principal === undefined) {
    throw usageFailure(
      `${admin.arn} is no IAM user.`,
      'mfa-login policy check --live --user NAME or --group NAME',
    )
  }
  const { aws, account, partition } = admin
  const errorContext = errorContextFor(admin, principal)
  const policies = await withExplanation(errorContext, async () =>
    readEffectivePolicies(aws, principal),
  )
  const names = policies.map(({ name }) => name).join(', ')
  context.info(`In force of the ${principal.kind} ${principal.name}: ${names || 'no policy'}.`)
  const subject = { partition, account, user: principal.name }
  const { user } = subjectOf(policies)
  // A group's requests are somebody's; the simulator has to be told whose.
  const isUser = principal.kind === 'user'
  const arn = iamArn(admin, `${principal.kind}/${principal.name}`)
  const simulatee = { arn, userName: isUser ? undefined : user }
  return {
    policies,
    subject: isUser ? subject : { ...subject, user },
    lineOf: () => undefined,
    simulate: async (matrix) => compareWithSimulator(aws, simulatee, matrix),
  }
}

async function textOf(file: string, context: Context): Promise<string> {
  if (file === '-') return context.readStdin()
  const text = await context.files.read(file)
  if (text === undefined) {
    const hint = 'mfa-login policy show > mfa_mandatory.json, and check that'
    throw new Failure('files', `There is no file ${file}.`, hint)
  }
  return text
}

function printJson(context: Context, value: unknown): void {
  context.print(`${JSON.stringify(value, undefined, 2)}\n`)
}

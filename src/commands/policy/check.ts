import { requestedPrincipal } from '../../administration/administrator.ts'
import { checkAccount } from '../../administration/check-account.ts'
import { describeSimulatorResult, type SimulatorResult } from '../../administration/simulator.ts'
import { command } from '../../command.ts'
import type { Context } from '../../context.ts'
import { describeFailure, EXIT, type Failure } from '../../failure.ts'
import { ADMINISTRATOR, JSON_OUTPUT, NAMED_PROFILE } from '../../options.ts'
import { printJson } from '../../print-json.ts'
import type { CheckedPolicy } from '../../policy/check-file.ts'
import { checkFiles } from '../../policy/check-files.ts'
import type { MatrixRow } from '../../policy/matrix.ts'
import {
  describeChecked,
  describeFindings,
  describeMatrix,
  describeOthers,
  toSarif,
  type LocatedFinding,
} from '../../policy/report.ts'

export default command({
  about:
    'Checks a policy that makes MFA mandatory: holes, lockouts, and what it decides about everyday actions ' +
    'with and without MFA. Exit code 1 if there are findings.',
  options: {
    live: {
      about:
        'instead of a file, check the policies in effect for your user: attached, inline, and those of its groups',
    },
    policy: {
      value: 'NAME',
      about: 'check this policy of a file that has several, by the name that findings have',
      conflicts: ['live'],
    },
    user: {
      value: 'NAME',
      about: 'with --live: the policies of this user',
      requires: 'live',
      conflicts: ['group'],
    },
    group: { value: 'NAME', about: 'with --live: the policies of this group', requires: 'live' },
    profile: {
      ...NAMED_PROFILE,
      about: 'with --live: the profile',
      defaultText: ADMINISTRATOR.defaultText,
      requires: 'live',
    },
    type: {
      value: 'TYPE',
      about:
        'what the policy is to be: a managed policy, an inline policy of a user, group or role, or a service control policy',
      choices: ['managed', 'user', 'group', 'role', 'scp'],
      defaultText: 'as the file says, else managed',
      conflicts: ['live'],
    },
    json: JSON_OUTPUT,
    sarif: {
      about: 'print SARIF 2.1.0, for code scanning, with the line of each statement',
      conflicts: ['json', 'live'],
      conflictMessage: '--sarif is about a file, and cannot be used with --json or --live.',
    },
  },
  operand: {
    value: 'FILE',
    type: 'file',
    about:
      'a policy’s JSON, an answer of "aws iam", a CloudFormation template, or Terraform’s JSON or plan; - for stdin',
    repeatable: true,
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
    ['mfa-login policy check template.yml plan.json', 'a template, and a plan of Terraform'],
    ['mfa-login policy show --style classic | mfa-login policy check -', 'the classic form'],
    ['mfa-login policy check --live --group developers -p admin', 'what the account has'],
  ],
  run: async ({ operand: files, user, group, profile, type, policy, json, sarif }, context) => {
    const isNamed = user !== undefined || group !== undefined
    const principal = isNamed ? requestedPrincipal(user, group) : undefined
    const result =
      files.length === 0
        ? await resultOfAccount(context, principal, profile)
        : await resultOfFiles(files, { type, policy }, context)
    const { findings, unreadable = [], checked = [] } = result
    if (unreadable.length === 0 || findings.length + checked.length > 0) {
      if (sarif) printJson(context, toSarif(findings, context.version))
      else if (json) printJson(context, toJson(result))
      else context.report(describeResult(result, context.columns))
    }
    throwWorst(unreadable, context)
    return findings.every(({ severity }) => severity === 'note') ? 'ok' : 'findings'
  },
})

/** Throws the failure with the highest exit code, and reports the others. */
function throwWorst(failures: readonly Failure[], context: Context): void {
  const [worst, ...others] = failures.toSorted((a, b) => EXIT[b.exit] - EXIT[a.exit])
  for (const each of others) context.info(describeFailure(each))
  if (worst !== undefined) throw worst
}

function toJson({ findings, matrix, simulator, checked }: CheckResult) {
  const policies = checked === undefined ? {} : { policies: checked }
  return { findings, matrix: matrix ?? [], simulator: simulator ?? null, ...policies }
}

function describeResult(result: CheckResult, columns: number): string {
  const { findings, shown, matrix, checked = [], simulator } = result
  const parts = [describeFindings(findings, shown)]
  if (checked.length > 1) parts.push(describeChecked(checked, columns))
  else if (matrix !== undefined) parts.push(describeMatrix(matrix, columns))
  return `${parts.join('\n')}${describeSimulatorResult(simulator)}`
}

interface CheckResult {
  readonly findings: readonly LocatedFinding[]
  readonly shown: Parameters<typeof describeFindings>[1]
  /** Of the account, or of the first policy in the files. */
  readonly matrix: readonly MatrixRow[] | undefined
  /** Undefined for an account. */
  readonly checked?: readonly CheckedPolicy[]
  readonly unreadable?: readonly Failure[]
  /** Undefined for files. */
  readonly simulator?: SimulatorResult
}

async function resultOfFiles(
  ...[files, options, context]: Parameters<typeof checkFiles>
): Promise<CheckResult> {
  const result = await checkFiles(files, options, context)
  const { checked, others, notes } = result
  for (const note of notes) context.info(note)
  if (others.length > 0) context.info(describeOthers(others))
  const shown = { file: files.length > 1, policy: true }
  return { ...result, shown, matrix: checked[0]?.matrix }
}

async function resultOfAccount(
  ...parameters: Parameters<typeof checkAccount>
): Promise<CheckResult> {
  const { hasSeveral, ...result } = await checkAccount(...parameters)
  const findings = result.findings.map((finding) => ({ ...finding, line: undefined }))
  return { ...result, findings, shown: { policy: hasSeveral } }
}

import {
  connectAsAdministrator,
  requestedPrincipal,
  errorContextFor,
  type Administrator,
} from '../../administration/administrator.ts'
import { findFirstPasswords } from '../../administration/first-passwords.ts'
import { findUsersWithoutDevice } from '../../administration/users-without-device.ts'
import { readLimitedPolicies } from '../../administration/effective-policies.ts'
import { readPrincipal, subjectsOf, type KnownPrincipal } from '../../administration/principals.ts'
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
import {
  checkFile,
  choosePolicy,
  requirePolicies,
  type CheckedPolicy,
} from '../../policy/check-file.ts'
import { checkForAll } from '../../policy/check-policies.ts'
import { createMatrix, type MatrixRow } from '../../policy/matrix.ts'
import { readPolicies, type PolicyFile } from '../../policy/read-policies.ts'
import {
  describeChecked,
  describeFindings,
  describeMatrix,
  describeOthers,
  toSarif,
  type LocatedFinding,
} from '../../policy/report.ts'
import type { PolicyType } from '../../policy/size.ts'
import { withExplanation } from '../../aws/errors/explain.ts'

export default command({
  about:
    'Checks a policy that makes MFA mandatory: holes, lockouts, and what it decides about everyday actions ' +
    'with and without MFA. Exit code 1 if there are findings.',
  options: {
    live: { about: 'check the policies in effect for your user instead of a file' },
    policy: {
      value: 'NAME',
      about: 'check this policy of a file that has several',
      conflicts: ['live'],
    },
    user: {
      value: 'NAME',
      about: 'with --live: the policies of this user',
      requires: 'live',
      conflicts: ['group'],
    },
    group: { value: 'NAME', about: 'with --live: the policies of this group', requires: 'live' },
    profile: NAMED_PROFILE,
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
      about: 'print SARIF 2.1.0, for code scanning',
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
        ? await checkAccount(context, principal, profile)
        : await checkFiles(files, { type, policy }, context)
    const { findings } = result
    if (sarif) printJson(context, toSarif(findings, context.version))
    else if (json) printJson(context, toJson(result))
    else context.report(describeResult(result, context.columns))
    const [problem, ...problems] = result.unreadable ?? []
    for (const { message } of problems) context.info(message)
    if (problem !== undefined) throw problem
    return findings.every(({ severity }) => severity === 'note') ? 'ok' : 'findings'
  },
})

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

async function checkFiles(
  files: readonly string[],
  { type, policy }: { type: PolicyType | undefined; policy: string | undefined },
  context: Context,
): Promise<CheckResult> {
  const sources: PolicyFile[] = []
  for (const file of files) sources.push(await readPolicies(await readFile(file, context), file))
  requirePolicies(sources)
  const chosen = policy === undefined ? sources : choosePolicy(sources, policy)
  const now = new Date(context.now())
  const results = chosen.map((source) => checkFile(source, { type, now }))
  for (const { notes } of results) for (const note of notes) context.info(note)
  const checked = results.flatMap((result) => result.checked)
  const others = results.flatMap((result) => result.others)
  if (others.length > 0) context.info(describeOthers(others))
  return {
    findings: results.flatMap(({ findings }) => findings),
    shown: { file: files.length > 1, policy: true },
    matrix: checked[0]?.matrix,
    checked,
    unreadable: results.flatMap(({ unreadable }) => unreadable),
  }
}

async function checkAccount(
  context: Context,
  requested: Principal | undefined,
  profile: string | undefined,
): Promise<CheckResult> {
  const admin = await connectAsAdministrator(context, profile, 'mfa-login policy check --live')
  const principal = requested ?? admin.user
  if (principal === undefined) {
    throw usageFailure(
      `${admin.arn} is no IAM user.`,
      'mfa-login policy check --live --user NAME or --group NAME',
    )
  }
  const { kind, name } = principal
  const { arn, users, policies, onBoundary, firstPasswords } = await withExplanation(
    errorContextFor(admin, principal),
    async () => {
      const known = await readPrincipal(admin, principal)
      return {
        ...known,
        ...(await readLimitedPolicies(admin, principal)),
        firstPasswords: await findLockedFirstPasswords(admin, known.users),
      }
    },
  )
  const identity = policies.filter(({ isBoundary }) => isBoundary !== true)
  const names = identity.map((policy) => policy.name).join(', ')
  context.info(`Policies in effect for ${kind} ${name}: ${names || 'none'}.`)
  if (onBoundary !== undefined) context.info(onBoundary)
  const { aws } = admin
  const subjects = subjectsOf(admin, users, policies, new Date(context.now()))
  const [first] = subjects
  // A group makes no requests, so the simulator needs the name of a user.
  const simulated = kind === 'user' ? {} : { 'aws:username': first.user }
  const found = checkForAll(policies, subjects, {
    isComplete: true,
    firstPasswords,
  })
  const matrix = createMatrix(policies, first)
  return {
    findings: found.map((finding) => ({ ...finding, line: undefined })),
    shown: { policy: policies.length !== 1 },
    matrix,
    simulator: await compareWithSimulator(aws, arn, simulated, matrix),
  }
}

/** With a device, users can sign in with MFA. None where passwords may not be read. */
async function findLockedFirstPasswords(admin: Administrator, users: KnownPrincipal['users']) {
  const names = users.map(({ name }) => name)
  const due = (await findFirstPasswords(admin, names)) ?? []
  return due.length === 0 ? [] : ((await findUsersWithoutDevice(admin, due)) ?? due)
}

async function readFile(file: string, context: Context): Promise<string> {
  if (file === '-') return context.readStdin()
  const text = await context.files.readDocument(file)
  if (text === undefined) {
    const hint = 'mfa-login policy show > mfa_mandatory.json, and check that'
    throw new Failure('files', `There is no file ${file}.`, hint)
  }
  return text
}

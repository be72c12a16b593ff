import { command, JSON_OUTPUT } from '../command.ts'
import type { Context } from '../context.ts'
import { Failure, usageFailure } from '../failure.ts'
import { findingsOf, type Finding } from '../policy/findings.ts'
import { matrixOf, type Row, type Verdict } from '../policy/matrix.ts'
import { readPolicyText } from '../policy/read-text.ts'

export default command({
  about:
    'Checks a policy that is to make MFA mandatory: holes, lock-outs, and what it decides about\n' +
    'everyday actions with and without MFA. Exit code 1 where there are findings.',
  options: { json: JSON_OUTPUT },
  operand: { value: 'FILE', about: 'the policy’s JSON, or - for stdin' },
  examples: [
    ['mfa-login policy check mfa_mandatory.json', 'a file'],
    ['mfa-login policy show --style classic | mfa-login policy check -', 'the classic form'],
  ],
  parse: ({ json = false }, file) => {
    if (file === undefined) {
      throw usageFailure('Which policy?', 'mfa-login policy check FILE, or - for stdin')
    }
    return { file, json }
  },
  run: async ({ file, json }, context) => {
    const read = readPolicyText(await textOf(file, context))
    if ('problem' in read) {
      const name = file === '-' ? 'stdin' : file
      throw new Failure(
        'files',
        `${name}: ${read.problem}.`,
        'mend it, or start from "mfa-login policy show"',
      )
    }
    const findings = findingsOf(read.policy)
    const matrix = matrixOf(read.policy)
    if (json) context.out(`${JSON.stringify({ findings, matrix }, undefined, 2)}\n`)
    else context.out(`${inWords(findings)}\n${table(matrix)}`)
    return findings.every(({ severity }) => severity === 'note') ? 'ok' : 'findings'
  },
})

async function textOf(file: string, context: Context): Promise<string> {
  if (file === '-') return context.readStdin()
  const text = await context.files.read(file)
  if (text === undefined) throw new Failure('files', `There is no file ${file}.`)
  return text
}

function inWords(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'No findings.\n'
  return findings
    .map(
      ({ code, severity, statement, message, remedy }) =>
        `${severity} ${code}${statement === null ? '' : ` in ${statement}`}\n  ${message}\n  Mend: ${remedy}.\n`,
    )
    .join('')
}

function table(rows: readonly Row[]): string {
  const cells = rows.map((row) => [row.action, shown(row.withoutMfa), shown(row.withMfa)])
  const all = [['ACTION', 'WITHOUT MFA', 'WITH MFA'], ...cells]
  const widths = [0, 1].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  const lines = all.map((row) =>
    row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  '),
  )
  return `${lines.join('\n')}\n`
}

function shown({ decision, by }: Verdict): string {
  return by === null ? decision : `${decision} (${by})`
}

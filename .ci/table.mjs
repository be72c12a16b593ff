// Prints what the suites of CI found as a table: node .ci/table.mjs [--write]
// With --write, docs/platforms.md has it too. Ends with 1 if a suite failed.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const folder = process.env.MFA_LOGIN_RESULTS ?? join(homedir(), '.cache/mfa-login-ci/results')
const PAGE = 'docs/platforms.md'
const MARKS = /(<!-- table -->\n)[^]*(<!-- end of table -->)/

/** The report of vitest in `linux-node-22.program.json`, as a row. */
function row(file) {
  const [platform, suite] = file.split('.')
  const report = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  // A file that cannot be loaded has no tests.
  const broken = report.testResults.filter(
    (each) => each.status === 'failed' && each.assertionResults.length === 0,
  )
  const failed = report.numFailedTests + broken.length
  return [
    platform,
    suite,
    report.numPassedTests,
    failed,
    report.numPendingTests + report.numTodoTests,
  ]
}

const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []
const results = files.sort().map(row)
const rows = [
  ['Platform', 'Suite', 'Passed', 'Failed', 'Skipped'],
  ['---', '---', '--:', '--:', '--:'],
]
const table = [...rows, ...results].map((cells) => `| ${cells.join(' | ')} |\n`).join('')
console.log(table)
// A suite that passes nothing has run nothing, such as one whose names of tests are outdated.
if (files.length === 0 || results.some(([, , passed, failed]) => passed === 0 || failed > 0))
  process.exitCode = 1
if (process.argv.includes('--write')) {
  const text = readFileSync(PAGE, 'utf8')
  writeFileSync(
    PAGE,
    text.replace(MARKS, (_, start, end) => `${start}\n${table}\n${end}`),
  )
}

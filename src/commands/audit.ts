import { connectAsAdministrator } from '../administration/administrator.ts'
import { auditAccount } from '../audit/audit-account.ts'
import { toCsv } from '../audit/csv.ts'
import { describeReport } from '../audit/describe-report.ts'
import { FAIL_ON, fails, type FailOn } from '../audit/fail-on.ts'
import { readAccount } from '../audit/read-account.ts'
import { auditToSarif } from '../audit/sarif.ts'
import { toHtml } from '../audit/html/page.ts'
import { toScope } from '../audit/scope.ts'
import { withExplanation } from '../aws/errors/explain.ts'
import { command } from '../command.ts'
import { checkNewFile } from '../new-file.ts'
import { ADMINISTRATOR, JSON_OUTPUT } from '../options.ts'
import { printJson } from '../print-json.ts'

export default command({
  about:
    'Judges every user of the account, and root: whether MFA is enforced by the policies in effect, and what ' +
    'would become of the user if it were enforced today. Reads only. Exit code 1 if someone is not enforced.',
  options: {
    profile: ADMINISTRATOR,
    user: { value: 'NAME', about: 'only this user', conflicts: ['group'] },
    group: { value: 'NAME', about: 'only the users of this group' },
    'fail-on': {
      value: 'WHAT',
      about:
        'for whom the exit code is 1: users whose MFA is not or partly enforced, without an exception that ends ' +
        '(not-enforced); not at all (no); also with an exception (exceptions); users who would break or be locked ' +
        'out (breaks); nobody (never)',
      choices: Object.keys(FAIL_ON) as FailOn[],
      default: 'not-enforced',
    },
    json: JSON_OUTPUT,
    csv: {
      about: 'print a row for each user as CSV',
      conflicts: ['json', 'sarif'],
    },
    sarif: {
      about: 'print the findings as SARIF 2.1.0, for code scanning',
      conflicts: ['json'],
    },
    html: {
      value: 'FILE',
      type: 'file',
      about:
        'also write the report as one page for a browser, which needs nothing else, to this file, which must not exist',
    },
    force: { about: 'replace the file', requires: 'html' },
  },
  examples: [
    ['mfa-login audit --profile admin', 'who is covered, who breaks, what to do next'],
    ['mfa-login audit -p admin --group developers --json', 'one group, for a program'],
    ['mfa-login audit -p admin --html audit.html', 'a page to show'],
    ['mfa-login audit -p admin --csv > users.csv', 'for a spreadsheet'],
  ],
  run: async ({ profile, user, group, failOn, json, csv, sarif, html, force }, context) => {
    if (html !== undefined) await checkNewFile(context, html, force)
    const admin = await connectAsAdministrator(context, profile)
    const facts = await withExplanation(admin.errorContext, async () => readAccount(context, admin))
    const scope = toScope(facts, { user, group }, admin.caller)
    const report = auditAccount(facts, scope, admin.caller)
    if (html !== undefined) {
      await context.files.replace(html, toHtml(report))
      context.info(`The report is in ${html}.`)
    }
    if (json) printJson(context, report)
    else if (sarif) printJson(context, auditToSarif(report, context.version))
    else if (csv) context.print(toCsv(report.users))
    else context.report(describeReport(report, context.columns))
    return fails(report, failOn) ? 'findings' : 'ok'
  },
})

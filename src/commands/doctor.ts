import { command } from '../command.ts'
import type { Context } from '../context.ts'
import { identitySeenByAws } from '../doctor/call-results.ts'
import { describeFinding, diagnose, type FindingMessage } from '../doctor/diagnose.ts'
import type { Facts } from '../doctor/facts.ts'
import { gatherFacts } from '../doctor/gather-facts.ts'
import { JSON_OUTPUT, PROFILE } from '../options.ts'
import { printJson } from '../print-json.ts'
import { whyServedByAnother } from '../profile/no-keys.ts'
import { foreignSource } from '../profile/roles.ts'
import { sanitize } from '../sanitize.ts'

export default command({
  about:
    'Explains why AWS access is denied: checks files, environment, network, clock, key, device and session ' +
    'of a profile, and says how to fix each problem. Changes nothing and asks for no code.',
  options: { profile: PROFILE, json: JSON_OUTPUT },
  examples: [
    ['mfa-login doctor --profile work', 'after an AccessDenied'],
    ['mfa-login doctor --profile work --json', 'for programs; exit code 1 if there are findings'],
  ],
  run: async ({ profile, json }, context) => {
    const facts = await gatherFacts(context, profile)
    const messageContext = {
      profile: facts.profile,
      platform: facts.platform,
      env: facts.env,
      // Only where a message needs it.
      get parentProgram() {
        return context.parentProgram
      },
    }
    const findings = diagnose(facts, (subject, reason) => {
      context.debug.log(`doctor skips the check of ${subject}: ${reason}`)
    }).map((finding) => describeFinding(finding, messageContext))
    if (json) printJson(context, toJson(facts, findings))
    else context.report(formatText(facts, findings))
    reportUnchecked(facts, context)
    return findings.length === 0 ? 'ok' : 'findings'
  },
})

function toJson(facts: Facts, findings: readonly FindingMessage[]) {
  const seen = identitySeenByAws(facts)
  const identity = seen ? { arn: sanitize(seen.arn), account: sanitize(seen.account) } : null
  return { profile: facts.profile, identity, findings }
}

function formatText(facts: Facts, findings: readonly FindingMessage[]): string {
  if (findings.length === 0) return describeHealth(facts)
  return findings
    .map(
      ({ severity, code, message, remedy }) =>
        `${severity} ${code}\n  ${message}\n  Fix: ${remedy}\n`,
    )
    .join('')
}

function describeHealth({ profile, source }: Facts): string {
  const role = source?.roles.at(-1)
  const user = role === undefined ? profile : (source?.user.profile ?? profile)
  const policies =
    role === undefined
      ? 'the account’s policies'
      : `the policies and the trust policy of ${role.arn}, or your user’s`
  return `No problems found for profile ${profile}; if AWS still refuses a call, look at ${policies}: mfa-login policy check --live --profile ${user}\n`
}

/** Says what the checks leave out, so that nobody takes a good report for one about SSO or another tool. */
function reportUnchecked({ files, profile, roleProblem }: Facts, context: Context): void {
  const roleSource = foreignSource(files, profile)
  if (roleSource !== undefined) {
    context.info(
      `The profile ${profile} assumes its role with ${roleSource}, which mfa-login does not check.`,
    )
    return
  }
  const other = roleProblem === undefined ? whyServedByAnother(files, profile) : undefined
  if (other === undefined) return
  const { message, remedy } = other
  context.info(`${message} mfa-login does not check that. Try: ${remedy}`)
}

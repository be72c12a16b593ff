import { command } from '../command.ts'
import type { Context } from '../context.ts'
import { identityOf } from '../doctor/answers.ts'
import { diagnose } from '../doctor/diagnose.ts'
import { gatherFacts, type Facts } from '../doctor/facts.ts'
import { servedByOthers } from '../doctor/sessions.ts'
import { JSON_OUTPUT, PROFILE } from '../options.ts'
import { foreignSource } from '../profile/roles.ts'
import { describeFinding, type FindingText } from '../doctor/messages.ts'
import { sanitize } from '../sanitize.ts'

export default command({
  about:
    'Explains why AWS access is denied: checks files, environment, network, clock, key, device and session\n' +
    'of a profile, and says how to fix each problem. Changes nothing and asks for no code.',
  options: { profile: PROFILE, json: JSON_OUTPUT },
  examples: [
    ['mfa-login doctor --profile work', 'after an AccessDenied'],
    ['mfa-login doctor --profile work --json', 'for a program; exit code 1 if there are findings'],
  ],
  run: async ({ profile, json }, context) => {
    const facts = await gatherFacts(context, profile)
    const findings = diagnose(facts).map((finding) => ({
      code: finding.code,
      ...describeFinding(finding, facts),
    }))
    if (json) context.print(asJson(facts, findings))
    else context.print(findings.length === 0 ? allWell(facts) : findings.map(inWords).join(''))
    tellOfOthers(facts, context)
    return findings.length === 0 ? 'ok' : 'findings'
  },
})

interface Report extends FindingText {
  readonly code: string
}

function asJson(facts: Facts, findings: readonly Report[]): string {
  const found = identityOf(facts)
  const identity = found ? { arn: sanitize(found.arn), account: sanitize(found.account) } : null
  return `${JSON.stringify({ profile: facts.profile, identity, findings }, undefined, 2)}\n`
}

function inWords({ severity, code, message, remedy }: Report): string {
  return `${severity} ${code}\n  ${message}\n  Mend: ${remedy}\n`
}

function allWell({ profile, source }: Facts): string {
  const role = source?.roles.at(-1)
  const [user, whose] =
    role === undefined
      ? [profile, 'the account’s policies']
      : [source?.user.profile, `the policies and the trust policy of ${role.arn}, or your user’s`]
  return `All that was looked at for profile ${profile} is well; a refusal then comes from ${whose}: mfa-login policy check --live --profile ${user ?? profile}\n`
}

/** So that a good report is not taken for one about a role or SSO. */
function tellOfOthers({ files, profile }: Facts, context: Context): void {
  const foreign = foreignSource(files, profile)
  const others = foreign ?? servedByOthers(files, profile)
  // Of a role of ours the keys, the device and the session were looked at.
  if (others === undefined || others === 'role_arn') return
  const what = foreign === undefined ? 'gets its credentials from' : 'takes its role with'
  context.info(`The profile ${profile} ${what} ${others}, which mfa-login does not look into.`)
}

import { command, JSON_OUTPUT, PROFILE } from '../command.ts'
import type { Context } from '../context.ts'
import { identityOf } from '../doctor/answers.ts'
import { diagnose } from '../doctor/diagnose.ts'
import { gatherFacts, type Facts } from '../doctor/facts.ts'
import { servedByOthers } from '../doctor/sessions.ts'
import { wordsFor, type Words } from '../doctor/words.ts'
import { plain } from '../plain.ts'

export default command({
  about:
    'Explains why AWS access is denied: looks at files, environment, network, clock, key, device and\n' +
    'session of a profile, and says what mends each fault. Changes nothing, asks for no code.',
  options: { profile: PROFILE, json: JSON_OUTPUT },
  examples: [
    ['mfa-login doctor --profile work', 'after an AccessDenied'],
    [
      'mfa-login doctor --profile work --json',
      'for a program; exit code 1 where there are findings',
    ],
  ],
  parse: ({ profile, json = false }) => ({ profile, json }),
  run: async ({ profile, json }, context) => {
    const facts = await gatherFacts(context, profile)
    const findings = diagnose(facts).map((finding) => ({
      code: finding.code,
      ...wordsFor(finding, facts),
    }))
    if (json) context.out(asJson(facts, findings))
    else context.out(findings.length === 0 ? allWell(facts) : findings.map(inWords).join(''))
    tellOfOthers(facts, context)
    return findings.length === 0 ? 'ok' : 'findings'
  },
})

interface Report extends Words {
  readonly code: string
}

function asJson(facts: Facts, findings: readonly Report[]): string {
  const found = identityOf(facts)
  const identity = found ? { arn: plain(found.arn), account: plain(found.account) } : null
  return `${JSON.stringify({ profile: facts.profile, identity, findings }, undefined, 2)}\n`
}

function inWords({ severity, code, message, remedy }: Report): string {
  return `${severity} ${code}\n  ${message}\n  Mend: ${remedy}\n`
}

function allWell({ profile }: Facts): string {
  return `All that was looked at for profile ${profile} is well; a refusal then comes from the account’s policies: mfa-login policy check --live --profile ${profile}\n`
}

/** So that a good report is not taken for one about a role or SSO. */
function tellOfOthers({ files, profile }: Facts, context: Context): void {
  const others = servedByOthers(files, profile)
  if (others === undefined) return
  context.say(
    `The profile ${profile} gets its credentials from ${others}, which mfa-login does not look into.`,
  )
}

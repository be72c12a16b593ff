import { command } from '../command.ts'
import type { Context } from '../context.ts'
import { findLeftovers, TOOLS, type ToolFinding } from '../import/tools.ts'
import { DRY_RUN, JSON_OUTPUT, PROFILE_NAME, YES } from '../options.ts'
import { makePlannedChange } from '../planned-change.ts'
import { printJson } from '../print-json.ts'
import { toOneLine } from '../sanitize.ts'
import { refuseUnknownProfile } from '../profile/known-profile.ts'
import { backUp, removeOldBackups, showPlan } from '../profile/setup/apply-plan.ts'
import { fillInShell } from '../shell/syntax.ts'
import { lineProgram } from '../profile/line-program.ts'
import { pathsOf, type Paths } from '../profile/paths.ts'
import { joinPlans } from '../profile/setup/setup-plan.ts'

export default command({
  about:
    'Looks for what other MFA tools left in your files, describes it, and makes the changes ' +
    'that let mfa-login serve the same profiles. Shows the change and asks first.',
  options: {
    from: { value: 'TOOL', about: 'only this tool', choices: TOOLS, noun: 'tool' },
    profile: {
      ...PROFILE_NAME,
      short: 'p',
      isOperand: true,
      about: 'only this profile',
      defaultText: 'all',
    },
    'dry-run': DRY_RUN,
    yes: YES,
    json: JSON_OUTPUT,
  },
  examples: [
    ['mfa-login import --dry-run', 'only look'],
    ['mfa-login import --from aws-vault', 'what aws-vault left'],
    ['mfa-login import --profile work', 'one profile'],
  ],
  run: async ({ from, profile, dryRun, yes, json }, context) => {
    const paths = pathsOf(context)
    const program = await lineProgram(context)
    let found: readonly ToolFinding[] = []
    const made = await makePlannedChange(context, paths, {
      plan: (files) => {
        const all = findLeftovers({ files, now: context.now(), program }, from)
        const findings = all.filter((each) => profile === undefined || each.profile === profile)
        if (profile !== undefined && findings.length === 0)
          refuseUnknownProfile(files, context.env, profile)
        return { ...joinPlans(findings.flatMap(({ plan }) => plan ?? [])), findings }
      },
      show: (plan) => {
        const { findings, summary } = plan
        found = findings
        if (findings.length === 0) context.info(describeNothingFound(paths, from, profile))
        for (const finding of findings) context.info(describeFinding(finding))
        if (summary.length > 0) showPlan(context, paths, plan)
        else if (findings.length > 0) context.info('There is nothing to change.')
        return summary.length > 0
      },
      question: () => 'Make this change?',
      command: commandWithConsent(from, profile),
      isUnattended: yes,
      isDryRun: dryRun,
      before: async (plan, files) => backUp(context, paths, plan, files),
      after: async () => removeOldBackups(context, paths),
    })
    if (json)
      printJson(context, {
        findings: found.map((each) => toJson(context, each)),
        isChanged: made !== undefined,
      })
    if (made === undefined) return 'ok'
    context.info('Imported. To undo this, restore the backups.')
    return 'ok'
  },
})

function toJson(context: Context, { tool, profile, message, next }: ToolFinding) {
  const inShell = next === undefined ? null : fillInShell(context, next)
  return { tool, profile, message, next: inShell }
}

function describeFinding({ tool, profile, message, next }: ToolFinding): string {
  const after = next === undefined ? '' : ` Next: ${toOneLine(next)}`
  return `${tool}, profile ${toOneLine(profile)}: ${toOneLine(message)}.${after}`
}

function describeNothingFound(
  { credentials, config }: Paths,
  from: string | undefined,
  profile: string | undefined,
): string {
  const whose = from ?? `the supported tools (${TOOLS.join(', ')})`
  const where = profile === undefined ? '' : ` for the profile ${profile}`
  return `No settings of ${whose} found${where} in ${credentials} and ${config}. Next: mfa-login --profile ${profile ?? 'NAME'}`
}

function commandWithConsent(from: string | undefined, profile: string | undefined): string {
  const onlyTool = from === undefined ? '' : ` --from ${from}`
  const onlyProfile = profile === undefined ? '' : ` --profile ${profile}`
  return `mfa-login import --yes${onlyTool}${onlyProfile}`
}

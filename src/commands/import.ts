import { command } from '../command.ts'
import { requireConsent } from '../consent.ts'
import type { Context } from '../context.ts'
import { usageFailure } from '../failure.ts'
import { findingsOf, joined, TOOLS, type ToolFinding } from '../import/tools.ts'
import { toOneLine } from '../sanitize.ts'
import { applyPlan, showPlan } from '../profile/setup/apply-plan.ts'
import { pathsOf, type Paths } from '../profile/paths.ts'
import { checkProfileName } from '../profile/resolve.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'

export default command({
  about:
    'Looks for what other MFA tools left in your files, says what it is, and changes what keeps\n' +
    'mfa-login from serving the same profiles. Shows the change and asks first.',
  options: {
    from: { value: 'TOOL', about: `only this tool: ${TOOLS.join(', ')}` },
    profile: { value: 'NAME', short: 'p', about: 'only this profile' },
    'dry-run': { about: 'show the change, write nothing' },
    yes: { short: 'y', about: 'do not ask' },
  },
  examples: [
    ['mfa-login import --dry-run', 'only look'],
    ['mfa-login import --from aws-vault', 'what aws-vault left'],
    ['mfa-login import --profile work', 'one profile'],
  ],
  parse: ({ from, profile, 'dry-run': dryRun = false, yes = false }) => {
    if (from !== undefined && !TOOLS.includes(from)) {
      throw usageFailure(
        `mfa-login knows no layout of ${JSON.stringify(from)}.`,
        `--from ${TOOLS.join(' or ')}`,
      )
    }
    if (profile !== undefined) checkProfileName(profile)
    return { from, profile, dryRun, yes }
  },
  run: async ({ from, profile, dryRun, yes }, context) => {
    const paths = pathsOf(context)
    const findings = await gather(context, paths, from, profile)
    if (findings.length === 0) {
      context.info(nothing(paths, from, profile))
      return 'ok'
    }
    for (const finding of findings) context.info(inWords(finding))
    const plan = joined(findings)
    if (plan.summary.length === 0) {
      context.info('There is nothing to change.')
      return 'ok'
    }
    await showPlan(context, paths, plan)
    if (dryRun) return 'ok'
    if (!yes) await requireConsent(context, 'Make this change?', again(from, profile))
    await applyPlan(context, paths, plan)
    context.info('Imported. The backups take it back.')
    return 'ok'
  },
})

async function gather(
  context: Context,
  paths: Paths,
  from: string | undefined,
  profile: string | undefined,
): Promise<ToolFinding[]> {
  const files = await readProfileFiles(context, paths)
  const { launcher, self } = context
  const all = findingsOf({ files, now: context.now(), self, launcher }, from)
  return all.filter((finding) => profile === undefined || finding.profile === profile)
}

function inWords({ tool, profile, message, next }: ToolFinding): string {
  const after = next === undefined ? '' : ` Next: ${toOneLine(next)}`
  return `${tool}, profile ${toOneLine(profile)}: ${toOneLine(message)}.${after}`
}

function nothing(
  { credentials, config }: Paths,
  from: string | undefined,
  profile: string | undefined,
): string {
  const whose = from ?? `the tools it knows (${TOOLS.join(', ')})`
  const where = profile === undefined ? '' : ` in the profile ${profile}`
  return `Nothing of ${whose} was found${where}, in ${credentials} and ${config}. Next: mfa-login --profile ${profile ?? 'NAME'}`
}

function again(from: string | undefined, profile: string | undefined): string {
  const options = [
    ...(from === undefined ? [] : ['--from', from]),
    ...(profile === undefined ? [] : ['--profile', profile]),
  ]
  return ['mfa-login import --yes', ...options].join(' ')
}

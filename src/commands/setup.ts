import { command, PROFILE, SERIAL } from '../command.ts'
import { requireConsent } from '../consent.ts'
import type { Context } from '../context.ts'
import { usageFailure } from '../failure.ts'
import { checkSerialNumber } from '../mfa/find-device.ts'
import { backupsOf } from '../profile/backups.ts'
import { applyPlan, showPlan } from '../profile/setup/apply-plan.ts'
import { parseIni } from '../profile/ini/ini-file.ts'
import { pathsOf, type Paths } from '../profile/paths.ts'
import {
  requestedProfile,
  resolveSource,
  tryResolveSource,
  type CredentialSource,
} from '../profile/resolve.ts'
import { holdsLongTermKeys, profileValues, type ProfileFiles } from '../profile/values.ts'
import { settingsToCopy } from '../profile/target.ts'
import { planUndo, planSetup, removeKeys, type SetupPlan } from '../profile/setup/setup-plan.ts'
import { processLine } from '../profile/process-line.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import { wantsEncryption } from '../session/cache/encryption-setting.ts'
import { listCached } from '../session/cache/store.ts'
import { removeSessionsFromBackups } from '../session/cache/clean-backups.ts'
import { storedSessions } from '../session/cache/inventory.ts'

const MODES = ['profile', 'credential-process']

export default command({
  about:
    'Wires a profile: credential-process mode makes AWS tools ask mfa-login themselves, profile\n' +
    'mode prepares NAME-mfa for sessions that "mfa-login" writes. Shows the change and asks first.',
  options: {
    profile: PROFILE,
    mode: { value: 'MODE', about: 'credential-process (default) or profile' },
    serial: SERIAL,
    'dry-run': { about: 'show the change, write nothing' },
    yes: { short: 'y', about: 'do not ask' },
    undo: { about: 'take the wiring of credential-process mode back' },
  },
  examples: [
    ['mfa-login setup --profile work', 'then: aws --profile work s3 ls'],
    ['mfa-login setup --profile work --dry-run', 'only look'],
    ['mfa-login setup --profile work --undo', 'as it was'],
  ],
  parse: ({
    profile,
    mode = 'credential-process',
    serial,
    'dry-run': dryRun = false,
    yes = false,
    undo = false,
  }) => {
    if (!MODES.includes(mode)) {
      throw usageFailure(
        `There is no mode ${JSON.stringify(mode)}.`,
        `--mode ${MODES.join(' or ')}`,
      )
    }
    if (serial !== undefined) checkSerialNumber(serial)
    return { profile, mode, serial, dryRun, yes, undo }
  },
  run: async (input, context) => {
    const paths = pathsOf(context)
    const profile = requestedProfile(input.profile, context.env)
    const plan = input.undo
      ? await undoing(context, paths, profile)
      : await wiring(context, paths, { ...input, profile })
    await showPlan(context, paths, plan)
    if (input.dryRun) return 'ok'
    if (!input.yes)
      await requireConsent(
        context,
        'Make this change?',
        `mfa-login setup --yes --profile ${profile}`,
      )
    await applyPlan(context, paths, plan)
    if (plan.isEncrypted) {
      const backups = await removeSessionsFromBackups(context, paths, profile)
      if (backups.length > 0) context.info(`Sessions go out of backups: ${backups.join(', ')}`)
    }
    context.info(nextStep(profile, input))
    if (!input.undo && input.mode !== 'profile') await sayWithoutRegion(context, paths, profile)
    return 'ok'
  },
})

interface Input {
  readonly profile: string
  readonly mode: string
  readonly serial: string | undefined
}

interface Wiring extends SetupPlan {
  /** Whether sessions are not to be on disk in plain text from now on. */
  readonly isEncrypted?: boolean
}

async function wiring(context: Context, paths: Paths, input: Input): Promise<Wiring> {
  const files = await readProfileFiles(context, paths)
  const source = resolveSource(files, context.env, { profile: input.profile })
  const { profile } = source
  const plan =
    input.mode === 'profile'
      ? {
          credentials: [],
          config: [{ profile: source.target, change: settingsToCopy(files, source) }],
          summary: [
            `config: the profile ${source.target} gets the region and the like of ${profile}`,
          ],
        }
      : await wired(context, paths, files, source)
  if (input.serial === undefined) return plan
  return {
    ...plan,
    config: [...plan.config, { profile, change: { mfa_serial: input.serial } }],
    summary: [...plan.summary, `config: the profile ${profile} gets mfa_serial = ${input.serial}`],
  }
}

/** Where sessions are to be encrypted, those that a login wrote for the profile go: nothing needs them then. */
async function wired(
  context: Context,
  paths: Paths,
  files: ProfileFiles,
  source: CredentialSource,
): Promise<Wiring> {
  const { profile } = source
  const plan = planSetup(files, source, processLine(context, profile))
  if (!wantsEncryption(context.env, source)) return plan
  const held = storedSessions(files, await listCached(context, paths), context.now())
  const going = held
    .filter((each) => each.inCredentials && each.source === profile && each.profile !== profile)
    .map((each) => each.profile)
  return {
    config: plan.config,
    credentials: [
      ...plan.credentials,
      ...going.flatMap((name) => removeKeys(files, 'credentials', name)),
    ],
    summary: [
      ...plan.summary,
      ...going.map(
        (name) =>
          `credentials: [${name}] loses its session, and so do backups, as sessions are to be encrypted`,
      ),
    ],
    isEncrypted: true,
  }
}

async function undoing(context: Context, paths: Paths, profile: string): Promise<Wiring> {
  const files = await readProfileFiles(context, paths)
  return planUndo(files, profile, await keysWereInProfile(context, paths, profile))
}

/** As the newest backup in which the profile was not wired says. */
async function keysWereInProfile(
  context: Context,
  paths: Paths,
  profile: string,
): Promise<boolean> {
  for (const path of (await backupsOf(context, paths.credentials)).reverse()) {
    const credentials = parseIni((await context.files.read(path)) ?? '')
    const files = { config: parseIni(''), credentials }
    if (holdsLongTermKeys(files, profile)) return true
  }
  return false
}

function nextStep(profile: string, { undo, mode }: { undo: boolean; mode: string }): string {
  if (undo) return 'Undone.'
  if (mode === 'profile') return `Now: mfa-login --profile ${profile}`
  return `Now: aws --profile ${profile} sts get-caller-identity`
}

/** AWS tools inherit no region from a source profile. */
async function sayWithoutRegion(context: Context, paths: Paths, profile: string): Promise<void> {
  const files = await readProfileFiles(context, paths)
  const { AWS_REGION, AWS_DEFAULT_REGION } = context.env
  if (AWS_REGION ?? AWS_DEFAULT_REGION ?? profileValues(files, profile).get('region')) return
  const region = tryResolveSource(files, context.env, { profile })?.setting('region') ?? 'us-east-1'
  context.info(`It has no region: aws configure set region ${region} --profile ${profile}`)
}

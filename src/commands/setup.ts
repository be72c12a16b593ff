import { command } from '../command.ts'
import type { Context } from '../context.ts'
import { chooseKey } from '../keys/choose-key.ts'
import { DRY_RUN, JSON_OUTPUT, PROFILE, SERIAL, YES } from '../options.ts'
import { makePlannedChange } from '../planned-change.ts'
import { printJson } from '../print-json.ts'
import { backupsOf } from '../profile/backups.ts'
import { textsBeforeSetup } from '../profile/setup/exact-undo.ts'
import { backUp, removeOldBackups, showPlan } from '../profile/setup/apply-plan.ts'
import { parseIni } from '../profile/ini/ini-file.ts'
import { refuseUnknownProfile } from '../profile/known-profile.ts'
import { pathsOf, type Paths } from '../profile/paths.ts'
import { logSource } from '../profile/read-source.ts'
import {
  checkProfileName,
  requestedProfile,
  tryResolveSource,
  twoKeys,
} from '../profile/resolve.ts'
import { holdsLongTermKeys, profileValues, type ProfileFiles } from '../profile/values.ts'
import { warnOfLine, warnOfName } from '../profile/warn-of-name.ts'
import {
  joinPlans,
  planSerialNumber,
  planSessionRemoval,
  planSetup,
  planTarget,
  planUndo,
  type SetupPlan,
} from '../profile/setup/setup-plan.ts'
import { setupSource } from '../profile/setup/setup-source.ts'
import { lineProgram } from '../profile/line-program.ts'
import { processLine } from '../profile/process-line.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import { wantsEncryption } from '../session/cache/encryption-setting.ts'
import { readInventory } from '../session/cache/store.ts'
import { removeSessionsFromBackups } from '../session/cache/clean-backups.ts'
import { storedSessions } from '../session/cache/inventory.ts'

export default command({
  about:
    'Sets up a profile. In credential-process mode, AWS tools ask mfa-login for credentials; profile mode ' +
    'prepares NAME-mfa for sessions that "mfa-login" writes. Shows the change and asks first.',
  options: {
    profile: PROFILE,
    mode: {
      value: 'MODE',
      about: 'how AWS tools get sessions',
      choices: ['credential-process', 'profile'],
      default: 'credential-process',
      conflicts: ['undo'],
    },
    serial: {
      value: SERIAL.value,
      about: 'also write this serial number as mfa_serial',
      parse: SERIAL.parse,
      conflicts: ['undo'],
    },
    keep: {
      value: 'NAME',
      type: 'profile',
      about: 'of different keys for the profile, those in the section of this profile stay',
      parse: checkProfileName,
      defaultText: 'you choose',
      conflicts: ['undo'],
    },
    'dry-run': DRY_RUN,
    yes: YES,
    undo: { about: 'revert the setup of credential-process mode' },
    json: JSON_OUTPUT,
  },
  examples: [
    ['mfa-login setup --profile work', 'then: aws --profile work s3 ls'],
    ['mfa-login setup --profile work --dry-run', 'show the change only'],
    ['mfa-login setup --profile work --undo', 'revert the setup'],
  ],
  run: async (input, context) => {
    const paths = pathsOf(context)
    const profile = requestedProfile(input.profile, context.env)
    const keep = input.keep ?? (await keyToKeep(context, paths, profile, input))
    const made = await makePlannedChange(context, paths, {
      plan: async (files) =>
        input.undo
          ? undoPlan(context, paths, files, profile)
          : setupPlan(context, paths, files, { ...input, profile, keep }),
      show: (plan, changesFiles) => {
        // Backups may have sessions that must be encrypted.
        if (changesFiles || plan.isEncrypted) showPlan(context, paths, plan)
        else context.info(`The profile ${profile} is already set up. ${nextStep(profile, input)}`)
        return changesFiles || plan.isEncrypted
      },
      question: () => 'Make this change?',
      command: commandWithConsent(profile, { ...input, keep }),
      isUnattended: input.yes,
      isDryRun: input.dryRun,
      before: async (plan, files) => backUp(context, paths, plan, files),
      after: async ({ isEncrypted }) => {
        await removeOldBackups(context, paths)
        if (!isEncrypted) return
        const inventory = await readInventory(context, paths)
        const isOfProfile = (each: { profile: string; source: string }): boolean =>
          [each.profile, each.source].includes(profile)
        const { changed } = await removeSessionsFromBackups(context, paths, inventory, isOfProfile)
        if (changed.length > 0) context.info(`Removed sessions from backups: ${changed.join(', ')}`)
      },
    })
    const isUndone = input.undo && made !== undefined
    if (input.json) {
      printJson(context, { profile, mode: input.mode, isChanged: made !== undefined, isUndone })
      return 'ok'
    }
    if (made === undefined) return 'ok'
    if (!input.undo) warnOfName(context, profile)
    if (!input.undo && input.mode !== 'profile') await reportMissingRegion(context, paths, profile)
    context.info(nextStep(profile, input))
    return 'ok'
  },
})

/** Where two sections hold different keys for the profile, the one whose key stays. */
async function keyToKeep(
  context: Context,
  paths: Paths,
  profile: string,
  input: Omit<Input, 'profile'> & Consent & { readonly yes: boolean },
): Promise<string | undefined> {
  if (input.undo || input.mode === 'profile') return undefined
  const files = await readProfileFiles(context, paths)
  const keys = twoKeys(files, profile)
  if (keys === undefined) return undefined
  return chooseKey(context, {
    files,
    profile,
    keys,
    isUnattended: input.yes,
    command: (keep) => commandWithConsent(profile, { ...input, keep }),
  })
}

interface Consent {
  readonly undo: boolean
  readonly dryRun: boolean
}

interface Input {
  readonly profile: string
  readonly mode: string
  readonly keep?: string | undefined
  readonly serial: string | undefined
}

interface Change extends SetupPlan {
  /** Whether sessions must not be on disk in plain text from now on. */
  readonly isEncrypted: boolean
}

async function setupPlan(
  context: Context,
  paths: Paths,
  files: ProfileFiles,
  { profile: name, mode, serial, keep }: Input,
): Promise<Change> {
  const source = setupSource(files, context.env, name, mode === 'profile' ? undefined : keep)
  logSource(context, source)
  const { profile } = source
  if (mode === 'profile') {
    const serialNumber = serial === undefined ? {} : planSerialNumber(files, profile, serial)
    return { ...joinPlans([planTarget(files, source), serialNumber]), isEncrypted: false }
  }
  const line = processLine(await lineProgram(context), profile)
  warnOfLine(context, line, profile)
  const plan = planSetup(files, source, line, serial)
  const isEncrypted = wantsEncryption(context.env, source)
  const written = isEncrypted ? await sessionsOfLogins(context, paths, files, profile) : []
  const removal = planSessionRemoval(files, written)
  return { ...joinPlans([plan, removal]), isEncrypted }
}

/** The other profiles to which a login wrote the profile's session. */
async function sessionsOfLogins(
  context: Context,
  paths: Paths,
  files: ProfileFiles,
  profile: string,
): Promise<string[]> {
  return storedSessions(files, await readInventory(context, paths), context.now())
    .filter((each) => each.inCredentials && each.source === profile && each.profile !== profile)
    .map((each) => each.profile)
}

async function undoPlan(
  context: Context,
  paths: Paths,
  files: ProfileFiles,
  profile: string,
): Promise<Change> {
  refuseUnknownProfile(files, context.env, profile)
  const keysWereInProfile = await isInBackup(context, paths, profile)
  const plan = planUndo(files, profile, keysWereInProfile)
  const restores = await textsBeforeSetup(context, paths, files, profile)
  return { ...plan, restores, isEncrypted: false }
}

/** Whether a backup has long-term keys in the profile, as before its setup. */
async function isInBackup(context: Context, paths: Paths, profile: string): Promise<boolean> {
  for (const path of (await backupsOf(context, paths.credentials)).reverse()) {
    const credentials = parseIni((await context.files.read(path)) ?? '')
    const files = { config: parseIni(''), credentials }
    if (holdsLongTermKeys(files, profile)) return true
  }
  return false
}

function commandWithConsent(
  profile: string,
  { undo, mode, serial, keep, dryRun }: Omit<Input, 'profile'> & Consent,
): string {
  const options = [
    ...(undo ? ['--undo'] : []),
    ...(mode === 'profile' ? ['--mode profile'] : []),
    ...(serial === undefined ? [] : [`--serial ${serial}`]),
    ...(keep === undefined ? [] : [`--keep ${keep}`]),
    dryRun ? '--dry-run' : '--yes',
  ]
  return ['mfa-login setup', ...options, `--profile ${profile}`].join(' ')
}

function nextStep(profile: string, { undo, mode }: { undo: boolean; mode: string }): string {
  if (undo) return 'Undone.'
  if (mode === 'profile') return `Now: mfa-login --profile ${profile}`
  return `Now: aws --profile ${profile} sts get-caller-identity`
}

/** AWS tools inherit no region, neither of a source profile nor of `[default]`. */
async function reportMissingRegion(context: Context, paths: Paths, profile: string): Promise<void> {
  const files = await readProfileFiles(context, paths)
  const { AWS_REGION, AWS_DEFAULT_REGION } = context.env
  if (AWS_REGION ?? AWS_DEFAULT_REGION ?? profileValues(files, profile).get('region')) return
  const region =
    tryResolveSource(files, context.env, { profile })?.setting('region') ??
    profileValues(files, 'default').get('region') ??
    'us-east-1'
  context.info(
    `The profile ${profile} has no region. First: aws configure set region ${region} --profile ${profile}`,
  )
}

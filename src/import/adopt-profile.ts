import { Failure } from '../failure.ts'
import type { Changes, Edit } from '../profile/ini/edit.ts'
import { profileKeys } from '../profile/ini/ini-file.ts'
import { argumentsOf } from '../profile/other-source.ts'
import { processLine } from '../profile/process-line.ts'
import { resolveSource } from '../profile/resolve.ts'
import { planSetup, type SetupPlan } from '../profile/setup/setup-plan.ts'
import type { ProfileFiles } from '../profile/values.ts'
import type { ImportFinding, ImportInput } from './finding.ts'
import { settingOf, withChange } from './profile-settings.ts'

const PROCESS = 'credential_process'

/** A profile whose credential_process starts another tool, and the tool's arguments. */
export interface ForeignProcess {
  readonly profile: string
  readonly args: readonly string[]
}

/** The profiles whose credential_process starts one of the programs. */
export function findProcesses(
  { files, profiles }: Pick<ImportInput, 'files' | 'profiles'>,
  programs: readonly string[],
): ForeignProcess[] {
  return profiles.flatMap((profile) => {
    const line = settingOf(files, profile, PROCESS)
    const args = line === undefined ? undefined : argumentsOf(line, programs)
    return args === undefined ? [] : [{ profile, args }]
  })
}

/** The value of `--name VALUE` or `--name=VALUE`. */
export function optionValue(args: readonly string[], name: string): string | undefined {
  const joined = args.find((arg) => arg.startsWith(`--${name}=`))
  if (joined !== undefined) return joined.slice(name.length + 3)
  const at = args.indexOf(`--${name}`)
  return at < 0 ? undefined : args[at + 1]
}

/** Changes to a profile's section of the config that come before its setup. */
interface ConfigChange {
  readonly change: Changes
  /** What the change does, a line each. */
  readonly summary: readonly string[]
}

/**
 * Replaces another tool's credential_process by the line of mfa-login. Where that is impossible, the
 * finding gives the reason.
 */
export function adoptProcess(
  { files, program }: Pick<ImportInput, 'files' | 'program'>,
  tool: string,
  profile: string,
  before: ConfigChange = { change: {}, summary: [] },
): ImportFinding {
  try {
    return {
      profile,
      message: `the credential_process of ${tool} is replaced by mfa-login’s`,
      next: `mfa-login --profile ${profile}`,
      plan: planAdoption(files, profile, before, processLine(program, profile)),
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return {
      profile,
      message: `the credential_process of ${tool} stays: ${error.message}`,
      ...(error.hint === undefined ? {} : { next: error.hint }),
    }
  }
}

function planAdoption(
  files: ProfileFiles,
  profile: string,
  { change, summary }: ConfigChange,
  line: string,
): SetupPlan {
  const removal = { [PROCESS]: undefined }
  const changed = withChange(files, 'config', profile, { ...change, ...removal })
  const ready = withChange(changed, 'credentials', profile, removal)
  const plan = planSetup(ready, resolveSource(ready, {}, { profile }), line)
  const isInCredentials = profileKeys(files.credentials, 'credentials', profile).has(PROCESS)
  const credentials: Edit[] = isInCredentials ? [{ profile, change: removal }] : []
  const config: Edit[] = Object.keys(change).length > 0 ? [{ profile, change }] : []
  return {
    credentials: [...credentials, ...plan.credentials],
    config: [...config, ...plan.config],
    summary: [...summary, ...plan.summary],
  }
}

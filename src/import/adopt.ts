import { Failure } from '../failure.ts'
import type { Changes, Edit } from '../profile/ini/edit.ts'
import { profileKeys } from '../profile/ini/ini-file.ts'
import { resolveSource } from '../profile/resolve.ts'
import { allProfiles, profileValues, type ProfileFiles } from '../profile/values.ts'
import { processLine, wordsIn } from '../profile/process-line.ts'
import { planSetup, type SetupPlan } from '../profile/setup/setup-plan.ts'
import { withChange } from './files.ts'
import type { ImportFinding, Scene } from './finding.ts'

const PROCESS = 'credential_process'

/** A profile whose credential_process starts a program, and the words behind that. */
export interface ForeignProcess {
  readonly profile: string
  readonly args: readonly string[]
}

export function processesOf(files: ProfileFiles, programs: readonly string[]): ForeignProcess[] {
  return allProfiles(files).flatMap((profile) => {
    const words = wordsIn(profileValues(files, profile).get(PROCESS) ?? '')
    const at = words.findIndex((word) => programs.includes(programName(word)))
    return at < 0 ? [] : [{ profile, args: words.slice(at + 1) }]
  })
}

/** The value of `--name VALUE` or `--name=VALUE`. */
export function optionIn(args: readonly string[], name: string): string | undefined {
  const joined = args.find((arg) => arg.startsWith(`--${name}=`))
  if (joined !== undefined) return joined.slice(name.length + 3)
  const at = args.indexOf(`--${name}`)
  return at < 0 ? undefined : args[at + 1]
}

/** Changes to a profile's section of the config that come before the wiring, in words. */
export interface First {
  readonly change: Changes
  readonly words: readonly string[]
}

/**
 * Lets mfa-login serve a profile instead of another tool's credential_process. Where it cannot,
 * the finding says why.
 */
export function adoptedProcess(
  { files, ...program }: Pick<Scene, 'files' | 'launcher' | 'self'>,
  tool: string,
  profile: string,
  first: First = { change: {}, words: [] },
): ImportFinding {
  try {
    return {
      profile,
      message: `the credential_process of ${tool} is replaced by mfa-login’s`,
      next: `mfa-login --profile ${profile}`,
      plan: adoptPlan(files, profile, first, processLine(program, profile)),
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

function adoptPlan(
  files: ProfileFiles,
  profile: string,
  { change, words }: First,
  line: string,
): SetupPlan {
  const gone = { [PROCESS]: undefined }
  const before = withChange(files, 'config', profile, { ...change, ...gone })
  const without = withChange(before, 'credentials', profile, gone)
  const plan = planSetup(without, resolveSource(without, {}, { profile }), line)
  const isInCredentials = profileKeys(files.credentials, 'credentials', profile).has(PROCESS)
  const credentials: Edit[] = isInCredentials ? [{ profile, change: gone }] : []
  const config: Edit[] = Object.keys(change).length > 0 ? [{ profile, change }] : []
  return {
    credentials: [...credentials, ...plan.credentials],
    config: [...config, ...plan.config],
    summary: [...words, ...plan.summary],
  }
}

function programName(word: string): string {
  return (word.split(/[/\\]/).at(-1) ?? '').replace(/\.(exe|cmd|bat)$/i, '')
}

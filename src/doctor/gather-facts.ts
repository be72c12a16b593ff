import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { parseIni } from '../profile/ini/ini-file.ts'
import { lineProgram } from '../profile/line-program.ts'
import { pathsOf } from '../profile/paths.ts'
import { logSource } from '../profile/read-source.ts'
import { findSource, requestedProfile, type CredentialSource } from '../profile/resolve.ts'
import { foreignSource } from '../profile/roles.ts'
import { profileValues, type ProfileFiles } from '../profile/values.ts'
import { readEncryptionKey } from '../session/cache/encryption-key.ts'
import { wantsEncryption } from '../session/cache/encryption-setting.ts'
import { askAws, NO_CALLS } from './calls.ts'
import { toProblem, type Facts } from './facts.ts'
import { collectProblems, findMissingPrograms, readCredentialFiles } from './read-files.ts'

/** Reads the home and asks AWS what it says of the keys; writes nothing and asks for no code. */
export async function gatherFacts(context: Context, requested: string | undefined): Promise<Facts> {
  const { env, platform } = context
  const profile = requestedProfile(requested, env)
  const paths = pathsOf(context)
  const { problems, attempt } = collectProblems()
  const files: ProfileFiles = {
    config: parseIni((await attempt(context.files.read(paths.config))) ?? ''),
    credentials: parseIni((await attempt(context.files.read(paths.credentials))) ?? ''),
    paths,
  }
  const { modes, ...inventory } = await readCredentialFiles(context, paths, attempt)
  const traced = traceSource(files, env, profile)
  const { source } = traced
  if (source) logSource(context, source)
  const calls = (await attempt(askAws(context, { profile, files, source }))) ?? NO_CALLS
  const line = profileValues(files, profile).get('credential_process') ?? ''
  context.debug.log(
    `doctor read the profile ${profile}: files with credentials ${modes.length}, cached sessions ${inventory.cached.length}, sessions checked with AWS ${calls.sessions.length}`,
  )
  return {
    profile,
    isNamed: [requested, env.AWS_PROFILE, env.AWS_DEFAULT_PROFILE].some(Boolean),
    env,
    platform,
    now: context.now(),
    paths,
    files,
    unreadable: problems,
    modes,
    missingPrograms: findMissingPrograms(context, line),
    program: await lineProgram(context),
    ...inventory,
    ...traced,
    encryption: await gatherEncryption(context, source),
    calls,
  }
}

/** Traces a profile back to its long-term credentials; pure. */
export function traceSource(
  files: ProfileFiles,
  env: Context['env'],
  profile: string,
): Pick<Facts, 'source' | 'roleProblem'> {
  if (foreignSource(files, profile) !== undefined) return { source: undefined }
  try {
    return { source: findSource(files, env, { profile }) }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return {
      source: undefined,
      roleProblem: toProblem(error, `aws configure --profile ${profile}`),
    }
  }
}

async function gatherEncryption(
  context: Context,
  source: CredentialSource | undefined,
): Promise<Facts['encryption']> {
  if (source === undefined) return { isRequired: false }
  try {
    const isRequired = wantsEncryption(context.env, source)
    if (isRequired) await readEncryptionKey(context)
    return { isRequired }
  } catch (failure) {
    if (failure instanceof Failure) return { isRequired: true, failure }
    throw failure
  }
}

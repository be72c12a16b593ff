import type { Context } from '../../context.ts'
import { Failure } from '../../failure.ts'
import { parseIni } from '../../profile/ini/ini-file.ts'
import { pathsOf, type Paths } from '../../profile/paths.ts'
import { requestedProfile, type CredentialSource } from '../../profile/resolve.ts'
import { profileValues, type ProfileFiles } from '../../profile/values.ts'
import { readEncryptionKey } from '../../session/cache/encryption-key.ts'
import { wantsEncryption } from '../../session/cache/encryption-setting.ts'
import { askAws, type Calls } from '../calls.ts'
import { traceSource } from '../credential-source.ts'
import type { EncryptionFacts, Facts } from '../facts.ts'
import { listCredentialFiles, readCachedSessions, readModes } from './credential-files.ts'
import { findMissingPrograms } from './programs.ts'
import { collectProblems, type ReadAttempt } from './read-attempts.ts'

const NO_CALLS: Calls = { clockOffset: undefined, key: undefined, sessions: [] }

/** Reads the home and asks AWS what it says of the keys; writes nothing and asks for no code. */
export async function gatherFacts(context: Context, requested: string | undefined): Promise<Facts> {
  const { env, platform } = context
  const profile = requestedProfile(requested, env)
  const paths = pathsOf(context)
  const { problems, attempt } = collectProblems()
  const files = await readFiles(context, paths, attempt)
  const credentialFiles = await listCredentialFiles(context, paths, attempt)
  const cached = await readCachedSessions(context, credentialFiles, attempt)
  const traced = traceSource(files, env, profile)
  const { source } = traced
  const calls = (await attempt(askAws(context, { profile, files, source }))) ?? NO_CALLS
  const modes = await readModes(context, credentialFiles, attempt)
  const line = profileValues(files, profile).get('credential_process') ?? ''
  context.debug.log(
    `doctor read the profile ${profile}: files with credentials ${modes.length}, cached sessions ${cached.length}, sessions checked with AWS ${calls.sessions.length}`,
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
    missingPrograms: await findMissingPrograms(context, line),
    cached,
    ...traced,
    encryption: await gatherEncryption(context, source),
    calls,
  }
}

async function readFiles(
  { files }: Context,
  paths: Paths,
  attempt: ReadAttempt,
): Promise<ProfileFiles> {
  return {
    config: parseIni((await attempt(files.read(paths.config))) ?? ''),
    credentials: parseIni((await attempt(files.read(paths.credentials))) ?? ''),
  }
}

async function gatherEncryption(
  context: Context,
  source: CredentialSource | undefined,
): Promise<EncryptionFacts> {
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

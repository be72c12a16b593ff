import type { Context } from '../context.ts'
import { areUnchanged, readProfileFiles } from './files/snapshot.ts'
import type { Paths } from './paths.ts'
import { resolveSource, type ProfileRequest, type CredentialSource } from './resolve.ts'

/** Reads both files and resolves a profile. Throws the Failures of `readProfileFiles` and `resolveSource`. */
export async function readSource(
  context: Context,
  paths: Paths,
  request: ProfileRequest,
): Promise<CredentialSource> {
  const source = resolveSource(await readProfileFiles(context, paths), context.env, request)
  logSource(context, source)
  return source
}

/**
 * The source as the files say now; the same one where they have not changed. For a process that has waited
 * for another one, which may have written to them. Throws as `readSource`.
 */
export async function refreshSource(
  context: Context,
  paths: Paths,
  source: CredentialSource,
): Promise<CredentialSource> {
  if (await areUnchanged(context, paths, source.files)) return source
  context.debug.log('The AWS files changed meanwhile; they are read again')
  return readSource(context, paths, source.request)
}

export function logSource({ debug }: Pick<Context, 'debug'>, source: CredentialSource): void {
  if (debug.isOn) for (const line of describeSource(source)) debug.log(line)
}

/** Which credentials were chosen and why, for `--debug`. */
function describeSource(source: CredentialSource): string[] {
  const { profile, request, keysProfile = '', keysFile, accessKeyId, roles, user } = source
  const why = request.profile === undefined ? 'from AWS_PROFILE or the default' : 'as requested'
  const place = keysFile === 'environment' ? 'the environment' : `[${keysProfile}] of ${keysFile}`
  const holder = source.secretAccessKey === undefined ? ', secret in the keyring' : ''
  const chain = roles.map(({ profile: name, arn }) => `${name} (${arn})`).join(', then ')
  return [
    `profile ${profile}, ${why}`,
    `long-term key …${accessKeyId.slice(-4)} of profile ${user.profile}, from ${place}${holder}`,
    ...(roles.length === 0 ? [] : [`roles to assume: ${chain}`]),
    `target profile ${source.target}; MFA device ${source.serialNumber ?? 'not known yet'}`,
  ]
}

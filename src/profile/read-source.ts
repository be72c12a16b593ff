import type { Context } from '../context.ts'
import type { Paths } from './paths.ts'
import { resolveSource, type ProfileRequest, type CredentialSource } from './resolve.ts'
import { readProfileFiles } from './files/snapshot.ts'

/** `resolveSource` with the files as they are now. Throws its Failures and those of reading. */
export async function readSource(
  context: Context,
  paths: Paths,
  request: ProfileRequest,
): Promise<CredentialSource> {
  return resolveSource(await readProfileFiles(context, paths), context.env, request)
}

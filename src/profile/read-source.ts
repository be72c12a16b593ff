import type { Context } from '../context.ts'
import type { Paths } from './paths.ts'
import { resolveSource, type Ask, type Source } from './resolve.ts'
import { readProfileFiles } from './edit-file.ts'

/** `resolveSource` with the files as they are now. Throws its Failures and those of reading. */
export async function readSource(context: Context, paths: Paths, ask: Ask): Promise<Source> {
  return resolveSource(await readProfileFiles(context, paths), context.env, ask)
}

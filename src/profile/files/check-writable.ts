import type { Context } from '../../context.ts'
import type { FileKind } from '../ini/ini-file.ts'
import type { Paths } from '../paths.ts'

/**
 * Throws the Failure that locking the two files and replacing these would meet: before a code is asked for, a key is
 * created, or a person is asked.
 */
export async function checkWritable(
  { files }: Context,
  paths: Paths,
  kinds: readonly FileKind[],
): Promise<void> {
  for (const path of [paths.credentials, paths.config]) await files.checkLock(path)
  for (const kind of kinds) await files.checkReplaceable(paths[kind])
}

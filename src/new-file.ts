import { dirname } from 'node:path'
import type { Context } from './context.ts'
import { Failure, THIS_COMMAND } from './failure.ts'

/**
 * Before work whose result could not be written. Throws a Failure for a file that exists, unless it may be replaced, and
 * for one in a folder that does not: nobody meant to make that by a typo.
 */
export async function checkNewFile(
  { files }: Pick<Context, 'files'>,
  path: string,
  mayReplace: boolean,
): Promise<void> {
  const folder = dirname(path)
  if (!(await files.isDirectory(folder))) {
    const hint = `create it, then: ${THIS_COMMAND}`
    throw new Failure('files', `There is no folder ${folder}.`, hint)
  }
  if (await files.isDirectory(path)) {
    throw new Failure('files', `${path} is a folder.`, 'the name of a file in it')
  }
  if (!mayReplace && (await files.exists(path))) {
    throw new Failure('files', `${path} exists.`, `${THIS_COMMAND} --force`)
  }
  await files.checkReplaceable(path)
}

import type { Context } from './context.ts'
import { Failure, THIS_COMMAND } from './failure.ts'

/** Before work whose result could not be written. Throws a Failure for a file that exists, unless it may be replaced. */
export async function checkNewFile(
  { files }: Pick<Context, 'files'>,
  path: string,
  mayReplace: boolean,
): Promise<void> {
  if (!mayReplace && (await files.exists(path))) {
    throw new Failure('files', `${path} exists.`, `${THIS_COMMAND} --force`)
  }
  await files.checkReplaceable(path)
}

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { commandProcessor } from './process/find-program.ts'

/**
 * A path with the short (8.3) names of its folders, as cmd knows them; the path itself where the disk has none. For
 * Windows, and for paths without percent signs and quotation marks.
 */
export async function shortPath(path: string): Promise<string> {
  const program = commandProcessor(process.env)
  // cmd writes UTF-16 with /u, and takes the outer quotation marks away with /s.
  const args = ['/d', '/u', '/s', '/c', `"for %I in ("${path}") do @echo %~sI"`]
  const options = {
    encoding: 'utf16le',
    windowsVerbatimArguments: true,
    windowsHide: true,
  } as const
  try {
    return (await promisify(execFile)(program, args, options)).stdout.trim() || path
  } catch {
    return path
  }
}

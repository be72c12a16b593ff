import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cli } from './cli/dispatch.ts'
import { realContext, type Installation } from './platform/real-context.ts'

/** The whole program, where the fast path has no answer; `root` is the folder of package.json. */
export async function main(argv: readonly string[], root: string): Promise<number> {
  const [node, script = ''] = [process.execPath, process.argv[1]]
  return start(argv, {
    self: [node, script],
    manifest: () => readFileSync(join(root, 'package.json'), 'utf8'),
    // Beside the script as it was called, as that path outlives an update; else in the package.
    folders: [dirname(script), join(root, 'bin'), join(root, 'dist')],
  })
}

export async function start(argv: readonly string[], installation: Installation): Promise<number> {
  return cli(argv, realContext(installation))
}

import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cli } from './cli/dispatch.ts'
import { realContext, type Installation } from './platform/real-context.ts'

/** The program, once `quick.ts` has found no answer; `root` is the folder of our package.json. */
export async function main(argv: readonly string[], root: string): Promise<number> {
  const [node, script = ''] = [process.execPath, process.argv[1]]
  return start(argv, {
    self: [node, script],
    manifest: () => readFileSync(join(root, 'package.json'), 'utf8'),
    // Beside the script as it was called, whose path outlives an update, else beside where that leads.
    folders: [dirname(script), join(root, 'bin')],
  })
}

export async function start(argv: readonly string[], installation: Installation): Promise<number> {
  return cli(argv, realContext(installation))
}

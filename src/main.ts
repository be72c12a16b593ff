import { cli } from './cli.ts'
import { realContext } from './io/real-context.ts'

/** The program, once `quick.ts` has found no answer; `root` is the folder of our package.json. */
export async function main(argv: readonly string[], root: string): Promise<number> {
  // A reader that closes the pipe early (`| head`) is no error of ours.
  process.stdout.on('error', () => process.exit(0))
  return cli(argv, realContext(root))
}

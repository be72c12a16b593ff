// Runs one function of the files of the platform and prints the Failure that it throws.
import { files } from '../../support/platform.ts'

const [name = '', path = '', text = ''] = process.argv.slice(2)
const work: Record<string, () => Promise<unknown>> = {
  replace: async () => files.replace(path, text),
  create: async () => files.create(path, new TextEncoder().encode(text)),
  checkReplaceable: async () => files.checkReplaceable(path),
  makePrivate: async () => files.makePrivate(path),
  checkPrivate: async () => files.checkPrivate(path),
}
await work[name]?.().catch((error: unknown) => process.stdout.write((error as Error).message))

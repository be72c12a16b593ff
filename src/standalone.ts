/** The program as one executable file with Node in it (Node.js documentation, "Single executable applications"). */
import { dirname } from 'node:path'
import { getAsset } from 'node:sea'
import { start } from './main.ts'
import { answered } from './fast-path/answer.ts'

const argv = process.argv.slice(2)
if (!answered(argv)) {
  const installation = {
    self: [process.execPath],
    manifest: () => getAsset('package.json', 'utf8'),
    folders: [dirname(process.execPath)],
  }
  // Unless it comes to an end.
  process.exitCode = 1
  void start(argv, installation).then((code) => (process.exitCode = code))
}

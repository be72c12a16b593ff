/** The program as one executable file with Node in it (Node.js documentation, "Single executable applications"). */
import { dirname } from 'node:path'
import { getAsset } from 'node:sea'
import { start } from './main.ts'
import { tryFastPath } from './fast-path/fast-path.ts'
import { calledPath } from './platform/process/called-path.ts'
import { tryFastPath as tryPrompt } from './fast-path/fast-prompt.ts'
import * as fromFiles from './fast-path/from-files.ts'
import * as miss from './fast-path/miss.ts'

// As in bin/mfa-login.js: without a listener this signal opens Node's inspector.
process.on('SIGUSR1', () => undefined)

const argv = process.argv.slice(2)
const parts = { miss, 'from-files': fromFiles }
if (!isAnswered()) {
  const called = calledPath()
  const installation = {
    self: [called],
    manifest: () => getAsset('package.json', 'utf8'),
    folders: [dirname(called), dirname(process.execPath)],
  }
  // The exit code if the process dies before it finishes.
  process.exitCode = 1
  void start(argv, installation).then((code) => (process.exitCode = code))
}

/** As in bin/mfa-login.js. */
function isAnswered(): boolean {
  if (argv[0] === 'prompt') return tryPrompt(argv)
  return argv[0] === 'credential-process' && tryFastPath(argv, (name) => parts[name])
}

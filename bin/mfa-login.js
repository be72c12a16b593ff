#!/usr/bin/env node
// Without a listener this signal opens Node's inspector, through which another program could read secrets.
process.on('SIGUSR1', () => {})

const argv = process.argv.slice(2)

/** See src/fast-path/README.md; not loaded for the other commands, which it cannot answer. */
function tryFastPath() {
  const isFast = argv[0] === 'credential-process' || argv[0] === 'prompt'
  return isFast && require('../dist/fast-path.cjs').tryFastPath(argv)
}

if (!tryFastPath()) {
  // The exit code if the process dies before it finishes.
  process.exitCode = 1
  // `main.cjs` only passes this on, and a file more takes half a millisecond.
  const { main } = require('../dist/core.cjs')
  main(argv, `${__dirname}/..`).then((code) => (process.exitCode = code))
}

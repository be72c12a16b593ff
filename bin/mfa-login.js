#!/usr/bin/env node
const { tryFastPath } = require('../dist/fast-path.cjs')

const argv = process.argv.slice(2)
if (!tryFastPath(argv)) {
  // The exit code if the process dies before it finishes.
  process.exitCode = 1
  const { main } = require('../dist/main.cjs')
  main(argv, `${__dirname}/..`).then((code) => (process.exitCode = code))
}

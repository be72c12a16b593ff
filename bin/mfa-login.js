#!/usr/bin/env node
const { answered } = require('../dist/fast-path.cjs')

const argv = process.argv.slice(2)
if (!answered(argv)) {
  // Unless it comes to an end.
  process.exitCode = 1
  const { main } = require('../dist/main.cjs')
  main(argv, `${__dirname}/..`).then((code) => (process.exitCode = code))
}

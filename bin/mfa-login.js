#!/usr/bin/env node
const { answered } = require('../dist/quick.cjs')

const argv = process.argv.slice(2)
if (!answered(argv)) {
  import('../dist/main.js').then(({ main }) => main(argv)).then((code) => (process.exitCode = code))
}

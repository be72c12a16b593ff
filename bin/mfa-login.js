#!/usr/bin/env node
// Every version of Node.js since 6 has to understand this file (ECMAScript 2015), to say that it is too old.

// Without a listener this signal opens Node's inspector, through which another program could read secrets.
process.on('SIGUSR1', () => {})

const argv = process.argv.slice(2)

/** The same versions as in package.json. */
function isTooOld() {
  const version = process.versions.node.split('.').map(Number)
  const oldest = { 20: 19, 21: Infinity, 22: 3 }[version[0]]
  return version[0] < 20 || version[1] < oldest
}

/** What may answer a command before the whole program is loaded; see src/fast-path/README.md. */
const FAST_PATHS = new Map([
  ['credential-process', 'fast-path'],
  ['prompt', 'fast-prompt'],
])

function tryFastPath() {
  const load = (name) => require(`../dist/${name}.cjs`)
  const name = FAST_PATHS.get(argv[0])
  return name !== undefined && load(name).tryFastPath(argv, load)
}

if (isTooOld()) {
  const found = `${process.versions.node} (${process.execPath})`
  const needed = 'mfa-login needs Node.js 20.19, or 22.3 or newer'
  process.stderr.write(`${needed}; this is ${found}. Try: a newer one from https://nodejs.org\n`)
  process.exitCode = 126
} else if (!tryFastPath()) {
  // The exit code if the process dies before it finishes.
  process.exitCode = 1
  // `main.cjs` only passes this on, and a file more takes half a millisecond.
  const { main } = require('../dist/core.cjs')
  main(argv, `${__dirname}/..`).then((code) => (process.exitCode = code))
}

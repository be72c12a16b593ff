// Runs a program, or with --shell a command line, with its three streams on the console: Wine's pseudo-consoles give
// the first program none.
const { spawn } = require('node:child_process')
const { openSync } = require('node:fs')

const [first, ...rest] = process.argv.slice(2)
const [input, output] = ['\\\\.\\CONIN$', '\\\\.\\CONOUT$'].map((path) => openSync(path, 'r+'))
const options = { stdio: [input, output, output], shell: first === '--shell' }
// The program decides what Ctrl-C does.
process.on('SIGINT', () => undefined)
const child = options.shell ? spawn(rest[0], options) : spawn(first, rest, options)
child.on('exit', (code) => process.exit(code ?? 1))

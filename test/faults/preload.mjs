// node --import: counts what a run does to files and kills it at the one that FAULT_AT names, from 1 on:
// before it, after it, or, of a write, in the middle (FAULT_HOW). Files are then as a power cut, or a
// person who has had enough, leaves them. Reading changes nothing and is not counted. With FAULT_REQUESTS also
// before a request and at its answer, with FAULT_KEYRING at changes of the keyring.
import http from 'node:http'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { constants, writeFileSync } from 'node:fs'
import promises from 'node:fs/promises'

const {
  FAULT_AT: at,
  FAULT_HOW: how,
  FAULT_REQUESTS: requests,
  FAULT_KEYRING: keyring,
  FAULT_MIDDLE: middle,
} = process.env
const CHANGING = ['writeFile', 'rename', 'unlink', 'rm', 'mkdir', 'rmdir', 'utimes']
const NO_MIDDLE = 99
let count = 0

/** A signal that cannot be caught; the loop is for the moment until it is there. */
function die() {
  process.kill(process.pid, 'SIGKILL')
  for (;;);
}

function counted(name, work, half) {
  return async function (...args) {
    count += 1
    const isIt = count === Number(at)
    if (isIt && how === 'before') {
      // There is something to kill it within.
      if (half !== undefined) writeFileSync(middle, '')
      die()
    }
    if (isIt && how === 'within') {
      // Only a write has a middle.
      if (half === undefined) process.exit(NO_MIDDLE)
      await half.call(this, ...args)
      die()
    }
    const result = await work.apply(this, args)
    if (isIt) die()
    return result
  }
}

const original = { ...promises }
const halfOf = (data) => data.slice(0, data.length / 2)

const probe = await original.open(process.execPath, constants.O_RDONLY)
const handle = Object.getPrototypeOf(probe)
await probe.close()
const { writeFile } = handle
for (const name of ['writeFile', 'chmod', 'sync']) {
  const half = async function (data) {
    await writeFile.call(this, halfOf(data))
  }
  handle[name] = counted(name, handle[name], name === 'writeFile' ? half : undefined)
}

for (const name of CHANGING) {
  const half = async (path, data) => original.writeFile(path, halfOf(data))
  promises[name] = counted(name, original[name], name === 'writeFile' ? half : undefined)
}
const opened = counted('open', async (...args) => {
  const file = await original.open(...args)
  file.close = counted('close', file.close)
  return file
})
promises.open = async (path, flags, ...rest) =>
  (/[wax+]/.test(String(flags)) ? opened : original.open)(path, flags, ...rest)

if (requests === 'true') {
  const { request } = http
  http.request = function (...args) {
    count += 1
    const isIt = count === Number(at)
    if (isIt && how === 'before') die()
    if (isIt && how === 'within') process.exit(NO_MIDDLE)
    const sent = request.apply(this, args)
    return isIt ? sent.prependListener('response', die) : sent
  }
}

if (keyring === 'true') {
  const { AsyncEntry } = createRequire(import.meta.url)('@napi-rs/keyring')
  for (const name of ['setPassword', 'deletePassword']) {
    AsyncEntry.prototype[name] = counted(name, AsyncEntry.prototype[name])
  }
}
syncBuiltinESMExports()

// For node --import: counts the changes that a run makes to files and kills it at the change with the number FAULT_AT,
// counted from 1: before it, after it or, for a write, in the middle (FAULT_HOW). Reads are not counted. With
// FAULT_REQUESTS it also counts requests and their responses, with FAULT_KEYRING changes of the keyring. With
// FAULT_HOLD, a folder, it holds the run before the change instead: until the folder has a file `go`, which contains the
// number of the next change to hold it at.
import http from 'node:http'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import fs from 'node:fs'

const {
  FAULT_AT: at,
  FAULT_HOW: how,
  FAULT_REQUESTS: requests,
  FAULT_KEYRING: keyring,
  FAULT_MIDDLE: middle,
  FAULT_HOLD: holder,
} = process.env
const CHANGING = [
  'renameSync',
  'linkSync',
  'unlinkSync',
  'rmSync',
  'mkdirSync',
  'rmdirSync',
  'utimesSync',
  'fchmodSync',
  'fsyncSync',
]
const NO_MIDDLE = 99
let count = 0
let next = Number(at)
const { writeFileSync, openSync, closeSync, existsSync, readFileSync, unlinkSync, renameSync } = fs
const pause = new Int32Array(new SharedArrayBuffer(4))

/** Blocks the whole process, as a machine does that is suspended. */
function hold() {
  const go = `${holder}/go`
  writeFileSync(`${holder}/held.new`, String(count))
  renameSync(`${holder}/held.new`, `${holder}/held`)
  while (!existsSync(go)) Atomics.wait(pause, 0, 0, 5)
  next = count + Number(readFileSync(go, 'utf8'))
  unlinkSync(go)
}

/** Counts a change. Returns whether it is the one. */
function isReached() {
  count += 1
  if (count !== next) return false
  if (holder === undefined) return true
  hold()
  return false
}

/** Sends a signal that cannot be caught and waits for it. */
function die() {
  process.kill(process.pid, 'SIGKILL')
  for (;;);
}

/** Whether to kill the program after this change. Kills it right here if it is to die before or within. */
function isLast(half) {
  if (!isReached()) return false
  if (how === 'before') {
    // Tells the test that this change has a middle.
    if (half !== undefined) writeFileSync(middle, '')
    die()
  }
  if (how === 'within') {
    // Only a write has a middle.
    if (half === undefined) process.exit(NO_MIDDLE)
    half()
    die()
  }
  return true
}

function counted(work, halfOf) {
  return function (...args) {
    const isIt = isLast(halfOf?.(...args))
    const result = work.apply(this, args)
    if (isIt) die()
    return result
  }
}

// The heartbeat of a lock comes at any moment, also within a question.
const stops = holder === undefined ? CHANGING : CHANGING.filter((name) => name !== 'utimesSync')
for (const name of stops) fs[name] = counted(fs[name])
fs.writeFileSync = counted(
  writeFileSync,
  (file, data) => () => writeFileSync(file, data.slice(0, data.length / 2)),
)
const opened = new Set()
const open = counted((...args) => {
  const file = openSync(...args)
  opened.add(file)
  return file
})
fs.openSync = (path, flags, ...rest) =>
  (/[wax+]/.test(String(flags)) ? open : openSync)(path, flags, ...rest)
const close = counted(closeSync)
fs.closeSync = (file) => (opened.delete(file) ? close : closeSync)(file)

if (requests === 'true') {
  const { request } = http
  http.request = function (...args) {
    const isIt = isReached()
    if (isIt && how === 'before') die()
    if (isIt && how === 'within') process.exit(NO_MIDDLE)
    const sent = request.apply(this, args)
    return isIt ? sent.prependListener('response', die) : sent
  }
}

if (keyring === 'true') {
  const { AsyncEntry } = createRequire(import.meta.url)('@napi-rs/keyring')
  for (const name of ['setPassword', 'deletePassword']) {
    const work = AsyncEntry.prototype[name]
    AsyncEntry.prototype[name] = async function (...args) {
      const isIt = isLast()
      const result = await work.apply(this, args)
      if (isIt) die()
      return result
    }
  }
}
syncBuiltinESMExports()

// Sets the clock of a Node process forward by MFA_TEST_CLOCK_SHIFT_MS, and file times with it: as on a machine whose
// clock is ahead, the age of a file stays what it is.
const fs = require('node:fs')

const shift = Number(process.env.MFA_TEST_CLOCK_SHIFT_MS)
const MachineDate = Date

globalThis.Date = class Date extends MachineDate {
  constructor(...parts) {
    if (parts.length === 0) super(MachineDate.now() + shift)
    else super(...parts)
  }
  static now() {
    return MachineDate.now() + shift
  }
}

for (const name of ['statSync', 'lstatSync', 'fstatSync']) {
  const read = fs[name]
  fs[name] = (...parts) => shifted(read(...parts))
}

function shifted(stats) {
  if (stats === undefined) return undefined
  for (const name of ['atime', 'mtime', 'ctime', 'birthtime']) {
    if (typeof stats[`${name}Ms`] === 'bigint') {
      stats[`${name}Ms`] += BigInt(shift)
      stats[`${name}Ns`] += BigInt(shift) * 1_000_000n
    } else stats[`${name}Ms`] += shift
  }
  return stats
}

const setTimes = fs.utimesSync
fs.utimesSync = (path, ...times) => setTimes(path, ...times.map(unshifted))

function unshifted(time) {
  return time instanceof MachineDate ? new MachineDate(time.getTime() - shift) : time - shift / 1000
}

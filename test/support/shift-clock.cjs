// Sets the clock of a Node process forward by the milliseconds in MFA_TEST_CLOCK_FILE, and file times with it: as on
// a machine whose clock is ahead, the age of a file stays what it is. Nanoseconds, which tell versions of a file apart,
// stay those that `stat` prints.
const fs = require('node:fs')

const { readFileSync, utimesSync } = fs
const MachineDate = Date
// As text, Node reads it without the functions of node:fs, which npm replaces by ones that look at the clock.
const shift = () => Number(readFileSync(process.env.MFA_TEST_CLOCK_FILE, 'utf8'))

globalThis.Date = class Date extends MachineDate {
  constructor(...parts) {
    if (parts.length === 0) super(MachineDate.now() + shift())
    else super(...parts)
  }
  static now() {
    return MachineDate.now() + shift()
  }
}

for (const name of ['statSync', 'lstatSync', 'fstatSync']) {
  const read = fs[name]
  fs[name] = (...parts) => shifted(read(...parts), shift())
}

function shifted(stats, ms) {
  for (const name of stats === undefined ? [] : ['atime', 'mtime', 'ctime', 'birthtime']) {
    stats[`${name}Ms`] += typeof stats[`${name}Ms`] === 'bigint' ? BigInt(ms) : ms
  }
  return stats
}

fs.utimesSync = (path, ...times) => {
  const ms = shift()
  const unshifted = (time) =>
    time instanceof MachineDate ? new MachineDate(time.getTime() - ms) : time - ms / 1000
  utimesSync(path, ...times.map(unshifted))
}

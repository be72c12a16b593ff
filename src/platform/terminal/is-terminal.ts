import { fstatSync } from 'node:fs'

/** Whether a descriptor is a terminal. `node:tty` loads all that sockets need, so a pipe or a file is told without it. */
export function isTerminal(descriptor: 0 | 1 | 2): boolean {
  return isDevice(descriptor) && process.getBuiltinModule('node:tty').isatty(descriptor)
}

function isDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice()
  } catch {
    // It is closed.
    return false
  }
}

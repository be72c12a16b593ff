/** Kills the program before it changes a file or sends a request for the nth time. */
import fs from 'node:fs'
import http from 'node:http'
import { syncBuiltinESMExports } from 'node:module'

const last = Number(process.env.KILL_BEFORE)
let count = 0

function step() {
  count += 1
  if (count !== last) return
  process.kill(process.pid, 'SIGKILL')
  // Wait for the signal.
  for (;;);
}

const isOurs = (path) => !String(path).includes('.mfa-login-lock')

for (const name of ['renameSync', 'linkSync', 'rmSync']) {
  const real = fs[name]
  fs[name] = (path, ...rest) => {
    if (isOurs(path)) step()
    return real(path, ...rest)
  }
}
const { request } = http
http.request = (...args) => {
  step()
  return request(...args)
}
syncBuiltinESMExports()

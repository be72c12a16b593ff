import type { Debug } from '../context.ts'
import { sanitize } from '../sanitize.ts'

/** Shorter values would redact parts of ordinary words. */
const SHORTEST_SECRET = 6

/** Lines for `--debug` and MFA_LOGIN_DEBUG, each with the milliseconds since the process started. */
export function createDebug(isOn: boolean, write: (line: string) => void): Debug {
  const secrets = new Set<string>()
  const debug = {
    isOn,
    enable: (): void => {
      debug.isOn = true
    },
    keepSecret: (value: string | undefined): void => {
      if (value !== undefined && value.length >= SHORTEST_SECRET) secrets.add(value)
    },
    log: (message: string): void => {
      if (!debug.isOn) return
      let text = message
      for (const secret of secrets) text = text.replaceAll(secret, '[redacted]')
      write(`mfa-login debug ${Math.round(process.uptime() * 1000)} ms: ${sanitize(text)}\n`)
    },
  }
  return debug
}

import type { Debug } from '../context.ts'
import { sanitize } from '../sanitize.ts'

/** Replaces a secret. */
const REDACTED = '[redacted]'
/** Shorter values would redact parts of ordinary words. */
const SHORTEST_SECRET = 6

/** Lines for `--debug` and MFA_LOGIN_DEBUG, each with the milliseconds since the process started. */
export function createDebug(isOn: boolean, write: (line: string) => void): Debug {
  const secrets = new Set<string>()
  let on = isOn
  return {
    get isOn() {
      return on
    },
    enable: () => {
      on = true
    },
    keepSecret: (value) => {
      if (value !== undefined && value.length >= SHORTEST_SECRET) secrets.add(value)
    },
    log: (message) => {
      if (!on) return
      const milliseconds = Math.round(process.uptime() * 1000)
      write(`mfa-login debug ${milliseconds} ms: ${sanitize(redact(message, secrets))}\n`)
    },
  }
}

function redact(message: string, secrets: ReadonlySet<string>): string {
  let text = message
  for (const secret of secrets) text = text.replaceAll(secret, REDACTED)
  return text
}

/** How another process asks a demo, or another local AWS, for a code. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Context } from '../context.ts'
import { Failure, usageFailure } from '../failure.ts'
import { CODE_PATH, type DeviceName } from '../local-aws/index.ts'
import { ENDPOINT_FILE, HOME_PREFIX } from './environment.ts'

/** A code that AWS accepts now; it may have to wait for the next one. Throws a Failure. */
export async function codeOfRunningDemo(context: Context, device: DeviceName): Promise<string> {
  for (const endpoint of [...endpointOf(context), ...(await runningDemos(context))]) {
    const answer = await ask(endpoint, device)
    if (answer === undefined) continue
    if (answer.code !== undefined) return answer.code
    const hint = 'without --user and --serial, or enroll a device'
    throw usageFailure(`The local AWS at ${endpoint} has no such MFA device.`, hint)
  }
  const message = 'No demo is running, and AWS_ENDPOINT_URL names no local AWS.'
  throw new Failure('unreachable', message, 'mfa-login demo --shell')
}

/** That of AWS_ENDPOINT_URL, if it is on this machine. */
function endpointOf({ env: { AWS_ENDPOINT_URL: url = '' } }: Context): string[] {
  return /^http:\/\/(127\.0\.0\.1|localhost):\d+\/?$/.test(url) ? [url.replace(/\/$/, '')] : []
}

/** The endpoints of this user's demos, the newest first. */
async function runningDemos({ files }: Context): Promise<string[]> {
  const homes = readdirSync(tmpdir())
    .filter((name) => name.startsWith(HOME_PREFIX))
    .map((name) => join(tmpdir(), name))
  const found: { endpoint: string; at: number }[] = []
  for (const home of homes) {
    try {
      await files.checkPrivate(home)
      const path = join(home, ENDPOINT_FILE)
      found.push({ endpoint: readFileSync(path, 'utf8'), at: statSync(path).mtimeMs })
    } catch {
      // That of another user, or one that is just ending.
    }
  }
  return found.sort((one, other) => other.at - one.at).map(({ endpoint }) => endpoint)
}

/** Undefined if no local AWS answers. */
async function ask(endpoint: string, device: DeviceName): Promise<{ code?: string } | undefined> {
  const query = Object.entries(device).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  try {
    const response = await fetch(`${endpoint}${CODE_PATH}?${String(new URLSearchParams(query))}`)
    const { code, message } = (await response.json()) as Record<string, unknown>
    if (typeof code === 'string' && /^\d{6}$/.test(code)) return { code }
    return message === undefined ? undefined : {}
  } catch {
    return undefined
  }
}

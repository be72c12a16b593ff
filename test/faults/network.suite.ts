/** Wrong clocks, throttling, broken connections and proxies. */
import { createServer } from 'node:http'
import { expect } from 'vitest'
import { codeAt, type FaultKind } from '../../src/local-aws/index.ts'
import type { Outcome, Sandbox } from '../support/sandbox.ts'
import { hasOpenssl, listening, tlsFront } from '../support/tls-front.ts'
import { row, type Seen } from './report.ts'
import type { RowName } from './rows.ts'
import { bytes, home, isWhole, seen, WORK } from './scene.ts'

const MINUTE = 60_000
const login = (code: string): string[] => ['login', ...WORK, '--token-code', code]

async function succeeded(
  box: Sandbox,
  outcome: Outcome,
  what: string,
  held: string,
): Promise<Seen> {
  expect(outcome.code, outcome.stderr).toBe(0)
  isWhole(box)
  return Promise.resolve(seen(box, what, outcome, held))
}

/** Checks that a run fails and changes no file, and that a code that may be used is not sent again. */
async function failed(
  box: Sandbox,
  run: () => Promise<Outcome>,
  { exit, what, isSpent }: { exit: number; what: string; isSpent: boolean },
): Promise<Seen> {
  const before = bytes(box)
  const outcome = await run()
  expect(outcome.code, outcome.stderr).toBe(exit)
  expect(outcome.stdout).toBe('')
  expect(bytes(box)).toEqual(before)
  if (!isSpent)
    return seen(box, what, outcome, 'files as before; the code is not spent and may be used')
  const calls = box.aws.requests.length
  const again = await run()
  expect(again.stderr).toContain('This code was already used')
  expect(again.code).toBe(4)
  expect(box.aws.requests).toHaveLength(calls)
  return seen(
    box,
    what,
    outcome,
    'files as before; the same code once more is refused here and not sent',
  )
}

for (const [name, minutes] of [
  ['clock 20 min fast', -20],
  ['clock 20 min slow', 20],
] as const) {
  row(name, async () => {
    const box = await home()
    box.aws.faults.clockOffsetMs = minutes * MINUTE
    const outcome = await box.run(login(codeAt(box.device, box.now() + minutes * MINUTE)))
    expect(box.calls()).toEqual(['SignatureDoesNotMatch', 'OK'])
    return succeeded(
      box,
      outcome,
      'login on a machine whose clock is off',
      'sent once more with AWS’s time, as AWS had not looked at the code',
    )
  })
}

row('throttled twice', async () => {
  const box = await home()
  box.aws.faults.next.push({ kind: 'throttle', action: 'GetSessionToken', times: 2 })
  const outcome = await box.run(login(box.code()))
  expect(box.calls()).toEqual(['Throttling', 'Throttling', 'OK'])
  return succeeded(
    box,
    outcome,
    'STS throttles two requests',
    'sent again, as AWS had not looked at the code',
  )
})

row('throttled on and on', async () => {
  const box = await home()
  box.aws.faults.next.push({ kind: 'throttle', action: 'GetSessionToken', times: 99 })
  const code = box.code()
  const what = 'STS throttles every request'
  return failed(box, async () => box.run(login(code)), { exit: 4, what, isSpent: false })
})

const UNKNOWN: readonly [RowName, FaultKind, string][] = [
  ['error 500', 'error500', 'STS answers with status 500'],
  [
    'connection lost before the work',
    'dropBefore',
    'the connection breaks before STS looks at the request',
  ],
  [
    'connection lost after the work',
    'dropAfter',
    'STS creates the session, and the answer is lost',
  ],
  ['captive portal’s page', 'html', 'a web page with status 200 instead of the answer'],
  ['STS slow, 40 s', { slowMs: 40_000 }, 'the answer takes 40 s'],
]
for (const [name, kind, what] of UNKNOWN) {
  row(name, async () => {
    const box = await home()
    box.aws.faults.next.push({ kind, action: 'GetSessionToken' })
    const code = box.code()
    const seenHere = await failed(box, async () => box.run(login(code)), {
      exit: 5,
      what,
      isSpent: true,
    })
    expect(box.calls().length).toBeLessThanOrEqual(1)
    return seenHere
  })
}

row('STS slow, 3 s', async () => {
  const box = await home()
  box.aws.faults.next.push({ kind: { slowMs: 3000 }, action: 'GetSessionToken' })
  return succeeded(box, await box.run(login(box.code())), 'the answer takes 3 s', 'one request')
})

/** A server in place of AWS that records the requests. */
async function instead(
  box: Sandbox,
  name: 'halfway' | 'redirect',
): Promise<{ env: Record<string, string>; sent: string[] }> {
  const sent: string[] = []
  const server = createServer((request, response) => {
    request
      .on('data', (data: Buffer) => sent.push(String(data)))
      .on('end', () => {
        if (name === 'redirect')
          response.writeHead(302, { location: 'http://portal.invalid/' }).end()
        else response.write('<GetSessionTokenResponse>')
      })
  })
  const port = await listening(server)
  return { env: { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, HOME: box.home }, sent }
}

for (const [name, kind, what] of [
  ['captive portal’s redirect', 'redirect', 'a redirect with status 302 instead of the answer'],
  ['answer that stops halfway', 'halfway', 'the answer starts and then stops'],
] as const) {
  row(name, async () => {
    const box = await home()
    const { env, sent } = await instead(box, kind)
    const code = box.code()
    const seenHere = await failed(box, async () => box.run(login(code), { env }), {
      exit: 5,
      what,
      isSpent: true,
    })
    expect(sent).toHaveLength(1)
    return seenHere
  })
}

row(
  'certificate not trusted',
  async () => {
    const box = await home()
    const { url } = await tlsFront(box)
    const env = { AWS_ENDPOINT_URL: url }
    const code = box.code()
    return failed(box, async () => box.run(login(code), { env }), {
      exit: 5,
      what: 'a proxy that inspects TLS, with an unknown certificate',
      isSpent: false,
    })
  },
  hasOpenssl() ? undefined : 'openssl is not here',
)

row('proxy not there', async () => {
  const box = await home()
  const env = { HTTP_PROXY: 'http://127.0.0.1:9' }
  const code = box.code()
  return failed(box, async () => box.run(login(code), { env }), {
    exit: 5,
    what: 'HTTP_PROXY names a proxy that does not exist',
    isSpent: false,
  })
})

row('proxy refuses', async () => {
  const box = await home()
  const proxy = createServer()
  proxy.on('connect', (_, socket) =>
    socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n'),
  )
  const env = {
    HTTPS_PROXY: `http://127.0.0.1:${await listening(proxy)}`,
    AWS_ENDPOINT_URL: 'https://sts.invalid',
  }
  const code = box.code()
  return failed(box, async () => box.run(login(code), { env }), {
    exit: 5,
    what: 'the proxy answers 407 to CONNECT',
    isSpent: false,
  })
})

row('name not found', async () => {
  const box = await home()
  const env = { AWS_ENDPOINT_URL: 'http://sts.invalid' }
  const code = box.code()
  return failed(box, async () => box.run(login(code), { env }), {
    exit: 5,
    what: 'the name of the endpoint cannot be resolved, as without a network',
    isSpent: false,
  })
})

row('nobody listens', async () => {
  const box = await home()
  const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }
  const code = box.code()
  return failed(box, async () => box.run(login(code), { env }), {
    exit: 5,
    what: 'the endpoint refuses the connection',
    isSpent: false,
  })
})

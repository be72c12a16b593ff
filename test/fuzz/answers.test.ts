/** Generated responses of STS and of other servers, against the AWS client and the whole program. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AwsError, type Session } from '../../src/aws/api.ts'
import { connectAws } from '../../src/aws/client.ts'
import { isWritableValue } from '../../src/profile/ini/edit.ts'
import { explain } from '../../src/aws/errors/explain.ts'
import { sanitize } from '../../src/sanitize.ts'
import { answer, type GeneratedAnswer } from './answers.ts'
import { parseIni } from '../../src/profile/ini/ini-file.ts'
import { sessionInProfile } from '../../src/profile/target.ts'
import { sandbox } from '../support/sandbox.ts'
import { listening } from '../support/tls-front.ts'
import { campaign } from './campaign.ts'
import { client } from '../support/platform.ts'

const seen: string[] = []
let next: GeneratedAnswer
let url: string
const server = createServer((request, response) => {
  void text(request).then((sent) => {
    seen.push(new URLSearchParams(sent).get('TokenCode') ?? '')
    give(response, next)
  })
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => void seen.splice(0))

function give(
  response: ServerResponse,
  { status, headers, body, delivery }: GeneratedAnswer,
): void {
  if (delivery === 'none') {
    response.destroy()
    return
  }
  const hasBody = status !== 204
  response.writeHead(status, { ...headers, ...(hasBody ? { 'content-length': body.length } : {}) })
  if (delivery === 'half')
    response.write(body.subarray(0, body.length / 2), () => response.destroy())
  else response.end(hasBody ? body : undefined)
}

const CODE = '123456'
const ATTEMPT = {
  profile: 'work',
  keysProfile: 'work',
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  serialNumber: 'GAHT12345678',
}

const files = (text: string) => ({ config: parseIni(''), credentials: parseIni(text) })

async function requestSession(): Promise<Session | AwsError> {
  const aws = connectAws(
    {
      keys: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' },
      region: 'eu-west-1',
      endpoints: { sts: { value: url, from: 'a test' } },
    },
    client,
  )
  const request = { serialNumber: 'GAHT12345678', tokenCode: CODE, durationSeconds: 900 }
  return aws.getSessionToken(request).catch((error: unknown) => {
    if (error instanceof AwsError) return error
    throw error
  })
}

function expectWhole(session: Session): void {
  for (const value of Object.values(session)) expect(value).toMatch(/^[\x21-\x7E]+$/)
  expect(Object.values(session).every((value) => isWritableValue(value as string))).toBe(true)
  expect(session.accessKeyId).toMatch(/^\w{16,128}$/)
  expect(session.expiration).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
}

/** Checks that the message is one sentence that a terminal can show. */
function expectClear(error: AwsError): string {
  const { message, hint = '', exit } = explain(error, ATTEMPT)
  expect(['refused', 'unreachable']).toContain(exit)
  expect(`${message}${hint}`).toBe(sanitize(`${message}${hint}`))
  expect(message.length).toBeGreaterThan(10)
  expect(message.length).toBeLessThan(2000)
  return exit
}

describe('any answer', () => {
  it('becomes a whole session or one clear failure after a single request', async () => {
    const { seed, numRuns } = campaign('answers to GetSessionToken', { quick: 500, full: 10_000 })
    const ends = { session: 0, refused: 0, unreachable: 0 }
    const end = async (): Promise<string> => {
      seen.splice(0)
      const outcome = await requestSession()
      expect(seen).toEqual([CODE])
      if (outcome instanceof AwsError) return expectClear(outcome)
      expectWhole(outcome)
      return 'session'
    }
    await fc.assert(
      fc.asyncProperty(answer, async (given) => {
        next = given
        ends[(await end()) as keyof typeof ends] += 1
      }),
      { seed, numRuns },
    )
    process.stdout.write(`fuzz: ${JSON.stringify(ends)}\n`)
    // Responses with nearly always the same outcome would prove little.
    for (const count of Object.values(ends)) expect(count).toBeGreaterThan(numRuns / 50)
  }, 600_000)
})

describe('the whole program', () => {
  const login = ['login', '--profile', 'work', '--serial', 'GAHT12345678', '--token-code', CODE]

  it('writes a whole session or prints one line, and sends the code once', async () => {
    const { seed, numRuns } = campaign('answers to the built program', { quick: 6, full: 200 })
    const box = await sandbox()
    const before = box.read('credentials')
    await fc.assert(
      fc.asyncProperty(answer, fc.uuid(), fc.boolean(), async (given, name, hasPath) => {
        next = given
        seen.splice(0)
        box.write('credentials', before)
        const address = hasPath ? `${url}/sts` : url
        const env = { AWS_ENDPOINT_URL: address, MFA_LOGIN_CACHE_DIR: `${box.home}/${name}` }
        const { code, stdout, stderr } = await box.run(login, { env })
        // Requests that are throttled or have a wrong time use no code and may be sent again.
        const isRepeated = /throttling|clock differs/.test(stderr)
        if (!isRepeated) expect(seen).toEqual([CODE])
        expect([0, 4, 5], stderr).toContain(code)
        const after = box.read('credentials')
        expect(after.startsWith(before)).toBe(true)
        if (code === 0) {
          const session = sessionInProfile(files(after), 'work-mfa')
          expect(session).toBeDefined()
          expectWhole(session!)
        } else {
          expect([stdout, after]).toEqual(['', before])
          expect(stderr.replace(/\n$/, '')).toBe(sanitize(stderr.replace(/\n$/, '')))
          expect(stderr).toMatch(/^mfa-login: /)
        }
      }),
      { seed, numRuns },
    )
  }, 600_000)

  it('gives up on an answer without an end', async () => {
    const box = await sandbox()
    const endless = createServer((_, response) => {
      const more = (): void => {
        while (response.write('<a>'.repeat(50_000)));
      }
      response.on('drain', more).on('error', () => undefined)
      more()
    })
    const port = await listening(endless)
    const env = { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` }
    const { code, stderr } = await box.run(login, { env })
    expect(stderr).toContain('the answer is longer than any of AWS’s')
    expect(code).toBe(5)
  })
})

import { chmodSync } from 'node:fs'
import { createServer } from 'node:http'
import { describe, expect, it } from 'vitest'
import { notOnWindows } from '../support/not-on-windows.ts'
import { boxWithRoles } from '../support/roles.ts'
import type { Sandbox } from '../support/sandbox.ts'
import { listening } from '../support/tls-front.ts'

const CONSOLE = ['console', '--profile', 'admin']

async function loggedIn(): Promise<Sandbox> {
  const box = await boxWithRoles()
  await box.run(['--profile', 'work', '--token-code', box.code()])
  return box
}

/** A script in place of the browser. */
function browser(box: Sandbox, script: string): Record<string, string> {
  box.write('browser', `#!/bin/sh\n${script}\n`)
  chmodSync(box.path('browser'), 0o700)
  return { BROWSER: box.path('browser') }
}

describe('console in another partition', () => {
  it('opens the console of the European Sovereign Cloud', async () => {
    const box = await loggedIn()
    box.write('config', box.read('config').replaceAll('eu-west-1', 'eusc-de-east-1'))
    const { code, stdout, stderr } = await box.run([...CONSOLE, '--print'])
    expect(code, stderr).toBe(0)
    expect(new URL(stdout.trim()).searchParams.get('Destination')).toBe(
      'https://console.amazonaws-eusc.eu/console/home?region=eusc-de-east-1',
    )
  })

  it('sends the session to the sign-in service of the region', async () => {
    const box = await loggedIn()
    box.write('config', box.read('config').replaceAll('eu-west-1', 'eusc-de-east-1'))
    // The proxy refuses every connection, and nothing else is reached.
    const { AWS_ENDPOINT_URL: sts = '' } = box.env
    const proxy = createServer().on('connect', ({ url = '' }, socket) => {
      asked.push(url)
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    })
    const asked: string[] = []
    const env = {
      AWS_ENDPOINT_URL: '',
      AWS_ENDPOINT_URL_STS: sts,
      NO_PROXY: '127.0.0.1',
      HTTPS_PROXY: `http://127.0.0.1:${await listening(proxy)}`,
    }
    expect((await box.run([...CONSOLE, '--print'], { env })).code).toBe(5)
    expect(new Set(asked)).toEqual(new Set(['eusc-de-east-1.signin.amazonaws-eusc.eu:443']))
  })

  it('refuses an ISO partition by name, and asks for no code before', async () => {
    const box = await boxWithRoles()
    box.write('config', box.read('config').replaceAll('eu-west-1', 'us-isob-east-1'))
    const { code, stdout, stderr } = await box.run([...CONSOLE, '--print'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('The console of the partition aws-iso-b is not public')
    expect(box.aws.requests).toEqual([])
  })
})

const hasOwnBrowser = !notOnWindows('own browser')

describe('console', () => {
  it('prints a URL that signs in as the role', async () => {
    const box = await loggedIn()
    const { code, stdout, stderr } = await box.run([...CONSOLE, '--service', 's3', '--print'])
    expect(code, stderr).toBe(0)
    expect(stderr).toMatch(
      /^The console has the role arn:aws:iam::123456789012:role\/admin until \d{4}-\d\d-\d\d \d\d:\d\d [A-Z]\S*\.\n$/,
    )
    const url = new URL(stdout.trim())
    expect(url.searchParams.get('Destination')).toBe(
      'https://console.aws.amazon.com/s3/home?region=eu-west-1',
    )
    expect(await (await fetch(url)).text()).toContain('assumed-role/admin/alice')
  })

  it.runIf(hasOwnBrowser)(
    'sends the browser to that URL without showing it to other programs',
    async () => {
      const box = await loggedIn()
      const env = browser(
        box,
        `echo "$@" > ${box.path('argv')}; ${process.execPath} -e 'fetch(process.argv[1]).then((r) => r.text()).then(console.log)' "$1" > ${box.path('page')}.new; mv ${box.path('page')}.new ${box.path('page')}`,
      )
      const { code, stdout, stderr } = await box.run(CONSOLE, { env })
      expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: '' })
      await expect.poll(() => box.read('page')).toContain('Signed in as')
      const argv = box.read('argv').trim()
      expect(argv).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}$/)
      await expect(fetch(argv)).rejects.toThrow()
    },
  )

  it('refuses the session of a user and explains why', async () => {
    const box = await loggedIn()
    const { code, stderr } = await box.run(['console', '--profile', 'work', '--print'])
    expect(code).toBe(2)
    expect(stderr).toContain('AWS opens a console with MFA only for sessions of roles')
    expect(box.calls('getSigninToken')).toEqual([])
  })

  it.runIf(hasOwnBrowser)(
    'suggests --print without asking for a code if there is no display',
    async () => {
      const box = await boxWithRoles()
      const { code, stderr } = await box.run(CONSOLE)
      expect(code).toBe(2)
      expect(stderr).toContain('Try: mfa-login console --profile admin --print\n')
      const s3 = await box.run([...CONSOLE, '--service', 's3'])
      expect(s3.stderr).toContain('Try: mfa-login console --profile admin --service s3 --print\n')
    },
  )

  it.runIf(hasOwnBrowser)('fails at once if no browser can be opened', async () => {
    const box = await loggedIn()
    const began = Date.now()
    const { code, stderr } = await box.run(CONSOLE, { env: browser(box, 'exit 1') })
    expect(code).toBe(2)
    expect(stderr).toMatch(/^mfa-login: No browser could be opened: exit code \d+\./)
    expect(stderr).toContain('Try: mfa-login console --profile admin --print\n')
    expect(Date.now() - began).toBeLessThan(20_000)
  })

  it.runIf(hasOwnBrowser)('says that it waits for the browser', async () => {
    const box = await loggedIn()
    const late = `sleep 5; ${process.execPath} -e 'fetch(process.argv[1])' "$1"`
    const { code, stderr } = await box.run(CONSOLE, { env: browser(box, late) })
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('Waiting up to 60 s for the browser to open the address.')
    expect(stderr).toContain('mfa-login console --profile admin --print\n')
  })

  it('gets a new session if the cached one expires soon', async () => {
    const box = await loggedIn()
    box.write(
      'config',
      box
        .read('config')
        .replace('source_profile = work\n', 'source_profile = work\nduration_seconds = 900\n'),
    )
    await box.run(['credential-process', '--profile', 'admin'])
    await box.run([...CONSOLE, '--print'])
    expect(box.calls('AssumeRole')).toEqual(['OK', 'OK'])
  })

  it('explains a refusal of the sign-in service', async () => {
    const box = await loggedIn()
    box.aws.faults.next.push({ action: 'getSigninToken', kind: { refuse: 'x', status: 400 } })
    const refused = await box.run([...CONSOLE, '--print'])
    expect(refused).toMatchObject({ code: 4, stdout: '' })
    expect(refused.stderr).toContain('the sign-in service refuses the session')
    expect(refused.stderr).toContain(
      'Try: mfa-login --profile admin --force, then: mfa-login console --profile admin --print\n',
    )
    box.aws.faults.next.push({ action: 'getSigninToken', kind: 'html' })
    const portal = await box.run([...CONSOLE, '--print'])
    expect(portal).toMatchObject({ code: 5, stdout: '' })
    expect(portal.stderr).toContain('then: mfa-login console --profile admin --print\n')
  })
})

/** Certificates, proxies and endpoints. */
import { createServer } from 'node:http'
import { connect, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { sandbox, type Sandbox } from '../support/sandbox.ts'
import { hasOpenssl, joined, listening, tlsFront } from '../support/tls-front.ts'

/** A forward proxy for CONNECT that records the hosts it connects to. */
async function tunnel(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer()
  server.on('connect', ({ url = '' }, socket: Socket) => {
    asked.push(url)
    const port = url.split(':')[1]
    const remote = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      joined(socket, remote)
    })
  })
  return { url: `http://127.0.0.1:${await listening(server)}`, asked }
}

describe.skipIf(!hasOpenssl())('HTTPS', () => {
  const login = (box: Sandbox, step?: -1 | 1): string[] => [
    '--profile',
    'work',
    '--force',
    '--token-code',
    box.code(step),
  ]

  it('trusts only the certificates that AWS_CA_BUNDLE or ca_bundle names', async () => {
    const box = await sandbox()
    box.freshStep(15_000)
    const { url, bundle } = await tlsFront(box)
    const env = { AWS_ENDPOINT_URL: url }
    const untrusted = await box.run(login(box), { env })
    expect(untrusted.code).toBe(5)
    expect(untrusted.stderr).toContain('is not trusted: self-signed certificate')
    // This variable of Node turns off the check of certificates; mfa-login ignores it.
    const careless = { ...env, NODE_TLS_REJECT_UNAUTHORIZED: '0' }
    expect((await box.run(login(box), { env: careless })).code).toBe(5)
    expect((await box.run(login(box), { env: { ...env, AWS_CA_BUNDLE: bundle } })).code).toBe(0)
    box.write('config', `[profile work]\nca_bundle = ${bundle}\n`)
    const again = login(box, 1)
    expect((await box.run(again, { env })).code).toBe(0)
  })

  it('goes through HTTPS_PROXY, but not to a host in NO_PROXY', async () => {
    const box = await sandbox()
    box.freshStep(15_000)
    const { url, bundle } = await tlsFront(box)
    const proxy = await tunnel()
    const env = { AWS_ENDPOINT_URL: url, AWS_CA_BUNDLE: bundle, HTTPS_PROXY: proxy.url }
    const through = await box.run(login(box), { env })
    expect(through.code, through.stderr).toBe(0)
    expect(new Set(proxy.asked)).toEqual(new Set([url.replace('https://', '')]))
    const careless = { ...env, AWS_CA_BUNDLE: '', NODE_TLS_REJECT_UNAUTHORIZED: '0' }
    const before = login(box, -1)
    expect((await box.run(before, { env: careless })).code).toBe(5)
    const bare = { ...env, HTTPS_PROXY: '', https_proxy: '', ALL_PROXY: proxy.url.slice(7) }
    expect((await box.run(before, { env: bare })).code).toBe(0)
    expect(proxy.asked.length).toBeGreaterThan(2)
    const past = { ...env, HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: 'localhost' }
    const again = login(box, 1)
    expect((await box.run(again, { env: past })).code).toBe(0)
  })
})

const proxyThat = async (onConnect: (socket: Socket) => void): Promise<string> => {
  const server = createServer()
  server.on('connect', (_, socket: Socket) => {
    socket.on('error', () => undefined)
    onConnect(socket)
  })
  return `127.0.0.1:${await listening(server)}`
}
const refusing = (status: string) => async () =>
  proxyThat((socket) => socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 2\r\n\r\nno`))

describe('a request that cannot have reached AWS', () => {
  const tunnelTo = (onOpen: (socket: Socket) => void) => async () =>
    proxyThat((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      socket.once('data', () => onOpen(socket))
    })

  it.each([
    [
      'a proxy that wants a password',
      refusing('407 Proxy Authentication Required'),
      /user and a password.*\(status 407\)\. Try: HTTPS_PROXY=/,
    ],
    [
      'a proxy that reaches nothing',
      refusing('502 Bad Gateway'),
      /Cannot reach AWS: the proxy answered with status 502/,
    ],
    [
      'a proxy that hangs up',
      async () => proxyThat((socket) => socket.destroy()),
      /Cannot reach AWS/,
    ],
    ['a TLS handshake that is cut off', tunnelTo((socket) => socket.destroy()), /Cannot reach AWS/],
    [
      'a peer without TLS',
      tunnelTo((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n')),
      /Cannot reach AWS/,
    ],
  ])('spends no code: %s', async (_, proxy, message) => {
    const box = await sandbox()
    box.freshStep(15_000)
    const login = ['--profile', 'work', '--token-code', box.code()]
    const env = { HTTPS_PROXY: await proxy(), AWS_ENDPOINT_URL: 'https://sts.invalid' }
    const refused = await box.run(login, { env })
    expect(refused.stderr).toMatch(message)
    expect(refused).toMatchObject({ code: 5, stdout: '' })
    expect((await box.run(login)).code).toBe(0)
  })

  it('spends no code: a proxy of http that wants a password', async () => {
    const box = await sandbox()
    box.freshStep(15_000)
    const server = createServer((_, response) => response.writeHead(407).end())
    const login = ['--profile', 'work', '--token-code', box.code()]
    const env = { HTTP_PROXY: `127.0.0.1:${await listening(server)}` }
    const refused = await box.run(login, { env })
    expect(refused.stderr).toContain('(status 407)')
    expect(refused.code).toBe(5)
    expect((await box.run(login)).code).toBe(0)
  })

  it.each(['http://u:secret@[', 'socks5://u:secret@localhost:1080', 'u:secret@host:99999'])(
    'tells before a code is asked for that no request goes through the proxy %s',
    async (proxy) => {
      const box = await sandbox()
      box.write('config', `[profile work]\nmfa_serial = ${box.device.serialNumber}\n`)
      // On Windows both are one variable.
      const env = { ...(process.platform === 'win32' ? {} : { HTTP_PROXY: '' }), http_proxy: proxy }
      const { code, stdout, stderr } = await box.run(['--profile', 'work'], { env })
      expect(stderr).toMatch(/^mfa-login: The proxy in http_proxy is not an http:.*\n$/)
      expect(stderr).not.toContain('secret')
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    },
  )
})

describe('a proxy that does not respond', () => {
  it.each([
    ['HTTPS_PROXY', 'https://localhost:1'],
    ['HTTP_PROXY', undefined],
  ])('in %s ends the process after a time limit', { timeout: 40_000 }, async (name, endpoint) => {
    const box = await sandbox()
    box.write('config', `[profile work]\nmfa_serial = ${box.device.serialNumber}\n`)
    const sockets: Socket[] = []
    const silent = createServer()
    // Responds neither to CONNECT nor to other requests.
    silent.on('connection', (socket: Socket) => sockets.push(socket))
    silent.removeAllListeners('request').on('connect', () => undefined)
    const proxy = `http://127.0.0.1:${await listening(silent)}`
    const env = { [name]: proxy, ...(endpoint && { AWS_ENDPOINT_URL: endpoint }) }
    const began = Date.now()
    const login = ['--profile', 'work', '--token-code', box.code()]
    const { code, stderr } = await box.run(login, { env })
    expect(stderr).toMatch(/within (10|30) s \(TimeoutError\)/)
    expect(stderr.includes('may be spent')).toBe(endpoint === undefined)
    expect(code).toBe(5)
    expect(sockets.length).toBeGreaterThan(0)
    expect(Date.now() - began).toBeLessThan(endpoint ? 15_000 : 35_000)
    for (const socket of sockets) socket.destroy()
  })
})

describe('an endpoint that is not a URL', () => {
  const refused = 'The endpoint "localhost:4566" is not an http:// or https:// address.'

  it.each(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_STS'])(
    'in %s is reported before a code is asked for',
    async (name) => {
      const box = await sandbox()
      const { stderr, code } = await box.run(['--profile', 'work'], {
        env: { [name]: 'localhost:4566' },
      })
      expect(stderr).toContain(refused)
      expect(code).toBe(2)
    },
  )

  it('in the config is reported unless the config says to ignore it', async () => {
    const box = await sandbox()
    const section = `[profile work]\nmfa_serial = ${box.device.serialNumber}\nendpoint_url = localhost:4566\n`
    box.write('config', section)
    // An empty variable counts as unset.
    const env = { AWS_ENDPOINT_URL: '' }
    expect((await box.run(['--profile', 'work'], { env })).stderr).toContain(refused)
    box.write('config', `${section}ignore_configured_endpoint_urls = true\n`)
    expect((await box.run(['--profile', 'work'], { env })).stderr).toContain('needs an MFA code')
  })

  it('for a service is told before a code is asked for, and keeps the code from being sent', async () => {
    const box = await sandbox()
    const services = '[services local]\nsts =\n  endpoint_url = localhost:4566\n'
    const serial = `mfa_serial = ${box.device.serialNumber}\n`
    box.write('config', `[profile work]\nservices = local\n${serial}${services}`)
    const env = { AWS_ENDPOINT_URL: '' }
    const asking = await box.run(['--profile', 'work'], { env })
    expect(asking.stderr).toContain(refused)
    expect(asking.code).toBe(2)
    const login = ['--profile', 'work', '--token-code', box.code()]
    expect((await box.run(login, { env })).stderr).toContain(refused)
    expect(box.calls()).toEqual([])
    box.write('config', '[profile work]\n')
    expect((await box.run(login)).code).toBe(0)
  })
})

it.each([
  [['policy', 'verify', '--profile', 'work'], { AWS_ENDPOINT_URL_S3: 'localhost:4566' }],
  [['policy', 'verify', '--profile', 'work'], { AWS_ENDPOINT_URL_IAM: 'localhost:4566' }],
  [['keys', 'rotate', '--profile', 'work', '--yes'], { AWS_ENDPOINT_URL_IAM: 'localhost:4566' }],
  [['console', '--profile', 'admin', '--print'], { AWS_ENDPOINT_URL_SIGNIN: 'localhost:4566' }],
])('%j checks the endpoint of %j before a code is asked for', async (args, env) => {
  const box = await sandbox()
  const role = 'role_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = work\n'
  const work = `[profile work]\nmfa_serial = ${box.device.serialNumber}\n`
  box.write('config', `${work}[profile admin]\n${role}`)
  const { code, stderr } = await box.run(args, { env })
  expect(stderr).toContain('The endpoint "localhost:4566" is not')
  expect(code).toBe(2)
  expect(box.calls()).toEqual([])
})

describe('a region or partition that AWS does not have', () => {
  it.each([
    [{ AWS_REGION: 'mars-north-1' }, 'There is no AWS region "mars-north-1".'],
    [{ AWS_DEFAULT_REGION: 'eu-west' }, 'There is no AWS region "eu-west".'],
    [
      { AWS_MFA_SERIAL: 'arn:aws-mars:iam::123456789012:mfa/alice' },
      'There is no AWS partition "aws-mars"',
    ],
  ])('as in %j is refused in one line, and nothing is asked for or sent', async (env, message) => {
    const box = await sandbox()
    box.write('config', '[profile work]\n')
    const all = {
      AWS_MFA_SERIAL: box.device.serialNumber,
      AWS_ENDPOINT_URL: '',
      AWS_ENDPOINT_URL_IAM: box.aws.url,
      ...env,
    }
    for (const code of [[], ['--token-code', box.code()]]) {
      const outcome = await box.run(['--profile', 'work', ...code], { env: all })
      expect(outcome).toMatchObject({ code: 2, stdout: '' })
      expect(outcome.stderr).toMatch(/^mfa-login: [^\n]+\n$/)
      expect(outcome.stderr).toContain(message)
    }
    expect(box.aws.requests).toEqual([])
  })

  it.each([{}, { AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URL_IAM: 'not-a-url' }])(
    'is signed with as it is where the endpoint of STS is set, with %j',
    async (others) => {
      const box = await sandbox()
      const sts = { AWS_ENDPOINT_URL_STS: box.aws.url, AWS_MFA_SERIAL: box.device.serialNumber }
      const env = { AWS_REGION: 'mars-north-1', ...sts, ...others, MFA_LOGIN_DEBUG: '1' }
      const login = ['--profile', 'work', '--token-code', box.code()]
      const { code, stderr } = await box.run(login, { env })
      expect(code, stderr).toBe(0)
    },
  )
})

describe('a region that is misspelled', () => {
  it.each<[string, string[], Record<string, string>, (box: Sandbox) => string]>([
    ['in a variable', [], { AWS_REGION: 'eu-wset-1' }, () => 'AWS_REGION'],
    ['on the command line', ['--region', 'eu-wset-1'], {}, () => '--region'],
    ['in the profile', [], {}, (box) => `region in ${box.path('config')}:2`],
  ])('is named where AWS cannot be reached: %s', async (_, words, env, place) => {
    const box = await sandbox()
    box.write('config', '[profile work]\nregion = eu-wset-1\n')
    delete box.env.AWS_ENDPOINT_URL
    const proxy = { HTTPS_PROXY: await refusing('502 Bad Gateway')() }
    const login = [
      '--profile',
      'work',
      '--serial',
      box.device.serialNumber,
      '--token-code',
      '123456',
    ]
    const { code, stderr } = await box.run([...login, ...words], { env: { ...env, ...proxy } })
    expect(code).toBe(5)
    const from = place(box)
    expect(stderr).toContain('Cannot reach AWS: ')
    expect(stderr).toContain(
      '. eu-wset-1 is not a region the AWS SDK knows; did you mean eu-west-1? Try: ',
    )
    expect(stderr).toContain(`Try: check ${from}, the network, HTTPS_PROXY and AWS_ENDPOINT_URL`)
  })

  it('is what doctor says to check', async () => {
    const box = await sandbox()
    box.write('config', '[profile work]\nregion = eu-wset-1\n')
    delete box.env.AWS_ENDPOINT_URL
    const proxy = { HTTPS_PROXY: await refusing('502 Bad Gateway')() }
    const { stdout } = await box.run(['doctor', 'work'], { env: proxy })
    expect(stdout).toContain(
      `Fix: check region in ${box.path('config')}:2: eu-wset-1 is not a region the AWS SDK knows; did you mean eu-west-1?\n`,
    )
  })

  it('is not named where the region is right or another endpoint is called', async () => {
    const box = await sandbox()
    const login = [
      '--profile',
      'work',
      '--serial',
      box.device.serialNumber,
      '--token-code',
      '123456',
    ]
    const proxy = { HTTPS_PROXY: await refusing('502 Bad Gateway')() }
    for (const env of [
      { AWS_REGION: 'eu-wset-1', AWS_ENDPOINT_URL: 'https://sts.invalid' },
      { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: 'https://eu-west-1.invalid' },
    ]) {
      const { code, stderr } = await box.run(login, { env: { ...env, ...proxy } })
      expect(code).toBe(5)
      expect(stderr).toContain('Cannot reach AWS: ')
      expect(stderr).not.toContain('not a region')
    }
  })
})
